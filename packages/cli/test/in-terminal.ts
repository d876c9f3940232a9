import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";

/** Whether a command is installed. Without one, what needs it is skipped, and the name of the test says so. */
export function isInstalled(command: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${command}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Whether `script` of util-linux is there, which gives a command a real terminal. */
export const hasTerminal = process.platform === "linux" && isInstalled("script");

/** A command in a terminal of its own, of 100 columns. */
export class InTerminal implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  #screen = "";
  #waiting: (() => void) | undefined;

  constructor(command: string, { cwd, env = {} }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {}) {
    const shell = `stty cols 100 rows 40; ${command}`;
    this.#child = spawn("script", ["-qec", shell, "/dev/null"], {
      cwd,
      env: { ...process.env, TERM: "xterm-256color", SHELL: "/bin/sh", ...env },
    });
    this.#child.stdout.on("data", (chunk) => {
      this.#screen += String(chunk);
      this.#waiting?.();
    });
    this.#child.on("close", () => this.#waiting?.());
  }

  get screen(): string {
    return this.#screen;
  }

  type(text: string): void {
    this.#child.stdin.write(text);
  }

  /** Until the screen has shown this; an error where the command ends before. */
  async shows(text: string | RegExp): Promise<void> {
    const isShown = (): boolean => (typeof text === "string" ? this.#screen.includes(text) : text.test(this.#screen));
    while (!isShown()) {
      if (this.#child.exitCode !== null) throw new Error(`it ended, and never showed ${String(text)}: ${this.#screen}`);
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }

  /** The exit code of the command. */
  async end(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, "close");
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "close");
  }
}
