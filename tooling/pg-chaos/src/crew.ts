/**
 * Clients in this process and in others that write to one store until they are stopped. Each answer is collected; a
 * process that ends before it is told to fails the crew.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { EventEmitter, on, once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

import type { Store } from "@holdfast/core";

import { runClients } from "./clients.ts";
import { isDone } from "./told.ts";
import type { Told } from "./told.ts";

type Child = ChildProcessByStdio<Writable, Readable, null>;

export interface CrewOptions {
  /** What the other processes open, by their place. */
  readonly urlOf: (place: number) => string;
  /** How many other processes there are. */
  readonly processes: number;
  /** How many clients each process runs, this one too. */
  readonly clients: number;
  /** How long a call of the other processes may take, in milliseconds. @default 15_000 */
  readonly timeoutMs?: number;
  /** A command that starts each process, such as one that puts it on another host; by its place. @default none */
  readonly through?: (place: number) => readonly string[];
}

const program = path.join(import.meta.dirname, "../test/programs/worker.ts");
const node = [process.execPath, "--conditions=holdfast-source", "--no-warnings", program];

export const thisProcess = "this process";

/** How a crew calls the process of a place. */
export function processName(place: number): string {
  return `process ${place}`;
}

export class Crew implements AsyncDisposable {
  /** All answers so far, in the order in which they came here. */
  readonly told: Told[] = [];
  readonly #answers = new EventEmitter();
  readonly #stopping = new AbortController();
  readonly #members: readonly string[];
  readonly #children: readonly Child[];
  readonly #ended: Promise<unknown>;

  constructor(store: Store, options: CrewOptions) {
    const { urlOf, processes, clients, through = () => [], timeoutMs = 15_000 } = options;
    const names = Array.from({ length: processes }, (_each, place) => processName(place));
    this.#members = [thisProcess, ...names];
    this.#answers.setMaxListeners(0);
    const own = { clients, signal: this.#stopping.signal, tell: (told: Told) => this.#take(thisProcess, told) };
    this.#children = names.map((name, place) =>
      this.#start(name, [...through(place), ...node, urlOf(place), String(clients), String(timeoutMs)]),
    );
    this.#ended = Promise.all([runClients(store, own), ...this.#children.map((child) => this.#end(child))]);
    this.#ended.catch(() => undefined);
  }

  /** Resolves when every one of these processes was acknowledged something that it asked for from now on. */
  moreFromEach(members: readonly string[] = this.#members): Promise<void> {
    return this.#each(members, isDone);
  }

  /** Resolves when a process was told that something failed which it asked for from now on. */
  failureOf(member: string): Promise<void> {
    return this.#each([member], ({ code }) => code !== null);
  }

  /** Resolves when the clients have their last answers and the processes ended well. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const { stdin } of this.#children) stdin.end();
    await this.#ended;
  }

  /** Ends what still runs, whatever it does. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    for (const child of this.#children) child.kill("SIGKILL");
    await this.#ended.catch(() => undefined);
  }

  async #each(members: readonly string[], isMeant: (told: Told) => boolean): Promise<void> {
    const now = Date.now();
    const one = async (member: string): Promise<void> => {
      for await (const [told] of on(this.#answers, member) as AsyncIterable<[Told]>) {
        if (told.asked >= now && isMeant(told)) return;
      }
    };
    const ended = this.#ended.then(() => Promise.reject(new Error("the crew has ended")));
    await Promise.race([Promise.all(members.map(one)), ended]);
  }

  #start(name: string, [command = "", ...given]: readonly string[]): Child {
    const child = spawn(command, given, { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.on("error", () => undefined);
    createInterface(child.stdout).on("line", (line) => this.#take(name, JSON.parse(line) as Told));
    return child;
  }

  async #end(child: Child): Promise<void> {
    const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    if (code !== 0) throw new Error(`a process ended with ${code ?? signal}`);
    if (!this.#stopping.signal.aborted) throw new Error("a process ended before it was told to");
  }

  #take(member: string, told: Told): void {
    this.told.push(told);
    this.#answers.emit(member, told);
  }
}
