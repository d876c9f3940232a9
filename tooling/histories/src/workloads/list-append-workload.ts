import type { Recorder } from "../recorder.ts";
import type { MicroOp } from "../micro-ops.ts";
import type { ListClient } from "./clients.ts";
import { epochOf, epochsOf } from "./workload.ts";
import type { ClientRun } from "./workload.ts";

const callsAnEpoch = 60;
const keysAtOnce = 3;
const opsMost = 4;

/** Transactions of one to four appends and reads, over three lists at a time. No value is appended twice. */
export async function listAppendWorkload(client: ListClient, run: ClientRun): Promise<void> {
  let appended = 0;
  for (let call = 0; call < run.calls; call++) {
    const firstKey = epochOf(run, call, callsAnEpoch) * keysAtOnce;
    const ops = Array.from({ length: 1 + run.chance.below(opsMost) }, (): MicroOp => {
      const key = firstKey + run.chance.below(keysAtOnce);
      return run.chance.below(2) === 0 ? ["r", key, null] : ["append", key, appended++ * run.clients + run.client];
    });
    await transact(client, run.recorder, ops);
  }
}

/** Reads every list once more, when all clients are done: so that what was lost is missed. */
export async function readEveryList(
  client: ListClient,
  recorder: Recorder,
  sizes: Pick<ClientRun, "calls" | "clients">,
): Promise<void> {
  const lists = epochsOf(sizes, callsAnEpoch) * keysAtOnce;
  for (let key = 0; key < lists; key++) await transact(client, recorder, [["r", key, null]]);
}

async function transact(client: ListClient, recorder: Recorder, ops: readonly MicroOp[]): Promise<void> {
  await recorder.record("txn", ops, () => client.transact(ops));
}
