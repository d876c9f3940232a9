import type { RegisterClient } from "./clients.ts";
import { epochOf } from "./workload.ts";
import type { ClientRun } from "./workload.ts";

/** Few calls a register: what a search for an order takes grows fast. */
const callsAnEpoch = 40;
const keysAtOnce = 2;
const values = 4;

/** Reads, writes and compare-and-sets on few registers with few values, so that they meet. */
export async function registerWorkload(client: RegisterClient, run: ClientRun): Promise<void> {
  const { recorder, chance } = run;
  for (let call = 0; call < run.calls; call++) {
    const key = epochOf(run, call, callsAnEpoch) * keysAtOnce + chance.below(keysAtOnce);
    const value = chance.below(values);
    const kind = chance.below(5);
    if (kind < 2) await recorder.record("read", [key, null], async () => [key, await client.read(key)]);
    else if (kind < 3) {
      await recorder.record("write", [key, value], async () => {
        await client.write(key, value);
        return [key, value];
      });
    } else {
      const from = chance.below(values + 1);
      const held = from === values ? null : from;
      await recorder.record("cas", [key, [held, value]], async () =>
        (await client.compareAndSet(key, held, value)) ? [key, [held, value]] : undefined,
      );
    }
  }
}
