// Runs one of the root's scripts with nothing but Node and npm at hand: `node tooling/launch.mjs test:run [arguments]`.
// The pnpm that package.json names is fetched when another program started us; it installs what is missing by itself.
// This file must run on Nodes too old for the rest of the repository, so it is plain JavaScript.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const { packageManager } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const underPnpm = process.env.npm_config_user_agent?.startsWith("pnpm/") ?? false;
const [command, ...before] = underPnpm ? ["pnpm"] : ["npx", "-y", packageManager];

const child = spawn(command, [...before, "run", ...process.argv.slice(2)], {
  cwd: new URL("..", import.meta.url),
  stdio: "inherit",
  shell: process.platform === "win32",
});
child.on("exit", (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
