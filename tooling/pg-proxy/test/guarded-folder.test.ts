import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";

const program = fileURLToPath(new URL("programs/hold-folder.ts", import.meta.url));

test.each(["SIGKILL", "SIGTERM", "SIGINT", "exit"] as const)(
  "a proxy's folder is gone when its process has ended by %s",
  async (end) => {
    const child = fork(program, { execArgv: ["--conditions=holdfast-source"] });
    const [folder] = (await once(child, "message")) as [string];
    expect(existsSync(folder)).toBe(true);
    const ended = once(child, "exit");
    if (end === "exit") child.send("exit");
    else child.kill(end);
    await ended;
    await vi.waitFor(() => expect(existsSync(folder)).toBe(false), { timeout: 60_000 });
  },
);
