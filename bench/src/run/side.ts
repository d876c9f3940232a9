import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Place, SubjectCall, System } from "../subject.ts";
import type { SizeName } from "../workloads/sizes.ts";
import type { Sample } from "../workloads/workload.ts";
import type { Answer, Order } from "./orders.ts";

const program = fileURLToPath(new URL("subject-process.ts", import.meta.url));

/** One system in its own process, seen from the one that gives the turns. */
export class Side implements AsyncDisposable {
  readonly system: System;
  readonly #child: ChildProcess;
  readonly #ended: Promise<readonly [Answer]>;
  #calls: readonly SubjectCall[] = [];

  private constructor(system: System, child: ChildProcess) {
    this.system = system;
    this.#child = child;
    this.#ended = once(child, "exit").then(() => [{ ok: false, reason: "its process has ended" }]);
  }

  static async open(system: System, size: SizeName, place: Place): Promise<Side> {
    const side = new Side(system, fork(program, [system.name, size, JSON.stringify(place)]));
    try {
      side.#calls = (await side.#answerTo({ do: "open" })).calls ?? [];
      return side;
    } catch (error) {
      await side[Symbol.asyncDispose]();
      throw error;
    }
  }

  get calls(): readonly SubjectCall[] {
    return this.#calls;
  }

  can(calls: readonly SubjectCall[]): boolean {
    return calls.every((call) => this.#calls.includes(call));
  }

  /** Stores what the workload needs; others may do the same meanwhile. */
  async fill(workload: string): Promise<void> {
    await this.#answerTo({ do: "fill", workload });
  }

  /** Runs what was prepared until it is warm; others may do the same meanwhile. */
  async warm(): Promise<void> {
    await this.#answerTo({ do: "warm" });
  }

  /** Finds out how many operations a round has, while nobody else does anything. */
  async pace(): Promise<void> {
    await this.#answerTo({ do: "pace" });
  }

  async round(): Promise<Sample> {
    const { sample } = await this.#answerTo({ do: "round" });
    if (sample === undefined) throw new Error("a round came to nothing");
    return sample;
  }

  /** Fails unless all that was saved is there when it is opened again. */
  async verify(): Promise<void> {
    await this.#answerTo({ do: "verify" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    if (this.#child.connected) this.#child.disconnect();
    await this.#ended;
  }

  async #answerTo(order: Order): Promise<Answer & { readonly ok: true }> {
    if (!this.#child.connected) throw new Error("its process has ended");
    const answer = once(this.#child, "message") as Promise<[Answer]>;
    this.#child.send(order);
    const [said] = await Promise.race([answer, this.#ended]);
    if (!said.ok) throw new Error(said.reason);
    return said;
  }
}
