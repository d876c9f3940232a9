/**
 * A reader's machine, in a folder of its own: the commands of a guide run here, one after the other. `holdfast` alone on a
 * line runs in this process, which is a good deal faster; everything else is a shell's, and finds `holdfast` and the
 * packages there as an installation has them. `systemctl` starts and stops the application, whose store is the one that
 * `app.env` names when it starts.
 */
import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";

import { shownUrl } from "@holdfast/connect";

import { run } from "../../src/run.ts";
import { Application } from "./application.ts";

const packages = fileURLToPath(new URL("../../../", import.meta.url));
const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const progress = /^(copied|compared|looked at|restored) \d+ of \d+ records\n/gm;

export class GuideShell {
  readonly #folder: string;
  /** What stands in the guide, by what it stands for. */
  readonly #places: ReadonlyMap<string, string>;
  readonly application = new Application();

  private constructor(folder: string, places: ReadonlyMap<string, string>) {
    this.#folder = folder;
    this.#places = places;
  }

  static async in(folder: string, places: ReadonlyMap<string, string>): Promise<GuideShell> {
    await mkdir(path.join(folder, "bin"));
    await mkdir(path.join(folder, "node_modules/@holdfast"), { recursive: true });
    const command = path.join(folder, "bin/holdfast");
    await writeFile(command, `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
    await chmod(command, 0o755);
    for (const name of ["connect", "repositories"]) {
      await symlink(path.join(packages, name), path.join(folder, "node_modules/@holdfast", name));
    }
    return new GuideShell(folder, places);
  }

  /** What the screen shows; with `^C` in what is expected, Ctrl+C is pressed as soon as what stands before it is shown. */
  async run(command: string, expected: string): Promise<string> {
    const [program, ...words] = command.split(" ");
    if (program === "systemctl") return await this.#control(words[0]);
    const isShells = program !== "holdfast" || /[|<>&;$*"']/.test(command);
    const screen = isShells
      ? await this.#shell(this.#real(command))
      : await runOnScreen(
          words.map((word) => this.#real(word)),
          expected.includes("^C"),
        );
    return [...this.#places].reduce((text, [shown, place]) => text.replaceAll(shownUrl(place), shown), screen);
  }

  #real(text: string): string {
    return [...this.#places].reduce((real, [shown, place]) => real.replaceAll(shown, place), text);
  }

  async #control(action: string | undefined): Promise<string> {
    if (action !== "start") await this.application.stop();
    if (action === "stop") return "";
    const [, url = ""] = /^HOLDFAST_STORE=(.*)$/m.exec(await readFile("app.env", "utf8")) ?? [];
    await this.application.start(url);
    return "";
  }

  #shell(command: string): Promise<string> {
    const PATH = [path.join(this.#folder, "bin"), path.dirname(process.execPath), process.env["PATH"]].join(":");
    const env = { ...process.env, PATH, NODE_OPTIONS: "--conditions=holdfast-source" };
    return new Promise((resolve) => {
      execFile("sh", ["-c", command], { cwd: this.#folder, env }, (_failure, out, error) =>
        resolve(out + error.replace(progress, "")),
      );
    });
  }
}

/** On a terminal the bar is gone at the end; so the lines of progress are, unless Ctrl+C leaves one standing. */
async function runOnScreen(words: readonly string[], isInterrupted: boolean): Promise<string> {
  let screen = "";
  let wasPressed = false;
  const [out, error] = [new PassThrough(), new PassThrough()];
  out.on("data", (text) => (screen += String(text)));
  error.on("data", (text) => {
    if (wasPressed && progress.test(String(text))) return;
    screen += String(text);
    if (!isInterrupted || wasPressed) return;
    wasPressed = true;
    screen += "^C\n";
    process.emit("SIGINT");
  });
  await run(words, { out, error });
  return isInterrupted ? screen : screen.replace(progress, "");
}
