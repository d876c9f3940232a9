import { randomUUID } from "node:crypto";

import { PgProxy } from "@holdfast-tooling/pg-proxy";
import { HoldfastError } from "@holdfast/core";
import type { Store } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";

import { anyFault, placeOf } from "./any-fault.ts";
import { callsOn, put } from "./calls.ts";
import type { Call } from "./calls.ts";
import type { Chance } from "@holdfast-tooling/chance";
import { untruths } from "./untruths.ts";
import type { Seen, Told } from "./untruths.ts";

const keysPerLane = 6;
const callsMost = 20;

export interface CutReport {
  readonly place: string;
  readonly call: string;
  readonly told: Told;
  /** What was said and is not so. */
  readonly untruths: readonly string[];
}

/** One proxy, stores that reach the server by it, and one that reaches it directly, to see what is so. */
export class Lane implements AsyncDisposable {
  readonly #proxy: PgProxy;
  readonly #direct: Store;
  /** Waits for the server. */
  readonly #patient: Store;
  /** Gives it up soon, for when it stays away. */
  readonly #impatient: Store;
  readonly #chance: Chance;
  readonly #keys = Array.from({ length: keysPerLane }, (_, at) => `k${at}`);
  readonly #versions = new Map<string, number>();

  private constructor(proxy: PgProxy, stores: readonly [Store, Store, Store], chance: Chance) {
    [this.#direct, this.#patient, this.#impatient] = stores;
    this.#proxy = proxy;
    this.#chance = chance;
  }

  static async open(serverUrl: string, chance: Chance): Promise<Lane> {
    const proxy = await PgProxy.start(serverUrl);
    const schema = `schema=${randomUUID()}`;
    const by = `${proxy.url}&${schema}&connections=2&statement_timeout=600`;
    const direct = await openPostgresStore(`${serverUrl}&${schema}&connections=1`);
    const patient = await openPostgresStore(by, { busyTimeoutMs: 30_000 });
    const impatient = await openPostgresStore(by, { busyTimeoutMs: 100 });
    const lane = new Lane(proxy, [direct, patient, impatient], chance);
    await lane.#begin();
    return lane;
  }

  /** Makes calls until a fault strikes during one; a call that was none's is only checked. */
  async cut(): Promise<CutReport> {
    const fault = anyFault(this.#chance);
    const store = fault.staysDown === true ? this.#impatient : this.#patient;
    // A connection that is there already is struck in the midst of the call, not while it is made.
    await store.get("Note", ["warm"]).catch(() => undefined);
    const struck = this.#proxy.strikes;
    this.#proxy.arm(fault);
    for (let calls = 1; ; calls++) {
      const { call, told, found } = await this.#call(store);
      const isStruck = this.#proxy.strikes > struck;
      // Where the server was to be reached, nothing is in doubt.
      const untrue = untruths({ told, found, mayDoubt: isStruck && fault.staysDown === true });
      if (isStruck || untrue.length > 0 || calls === callsMost) {
        this.#proxy.heal();
        return { place: isStruck ? placeOf(fault) : "nowhere", call: call.name, told, untruths: untrue };
      }
    }
  }

  /** Which records are not in the state that all that was seen adds up to: something came late, or was lost again. */
  async strays(): Promise<readonly string[]> {
    const stored = await this.#direct.get("Note", this.#keys);
    return this.#keys.filter((key, at) => stored[at]?.version !== this.#versions.get(key));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#proxy.heal();
    for (const store of [this.#patient, this.#impatient, this.#direct]) await store.close();
    await this.#proxy[Symbol.asyncDispose]();
  }

  async #begin(): Promise<void> {
    await this.#direct.write(this.#keys.map((key) => put(key, "")));
    for (const key of this.#keys) this.#versions.set(key, 1);
  }

  async #call(store: Store): Promise<{ readonly call: Call; readonly told: Told; readonly found: readonly Seen[] }> {
    const token = randomUUID();
    const start = this.#chance.below(keysPerLane);
    const keyAt = (step: number): string => this.#keys[(start + step) % keysPerLane] ?? "";
    const call = this.#chance.among(callsOn([keyAt(0), keyAt(1), keyAt(2)], token));
    const told = await call.run(store).then(
      () => "applied" as const,
      (thrown: unknown) => (HoldfastError.is(thrown) ? thrown.outcome : "not translated"),
    );
    this.#healIfDown(told);
    return { call, told, found: await this.#seen(call.keys, token) };
  }

  /** A call that failed has met its fault; what is next needs a way to the server. */
  #healIfDown(told: Told): void {
    if (told !== "applied") this.#proxy.heal();
  }

  async #seen(keys: readonly string[], token: string): Promise<readonly Seen[]> {
    const stored = await this.#direct.get("Note", keys);
    return keys.map((key, at) => {
      const { version = 0, body } = stored[at] ?? {};
      const raised = version - (this.#versions.get(key) ?? 0);
      this.#versions.set(key, version);
      return { key, raised, isOwn: body?.["token"] === token };
    });
  }
}
