import { bank } from "./store-clients.ts";
import type { BankClient } from "./clients.ts";
import type { ClientRun } from "./workload.ts";

/** Transfers between all accounts, and reads of all of them, as many of these as of those. */
export async function bankWorkload(client: BankClient, { recorder, chance, calls }: ClientRun): Promise<void> {
  for (let call = 0; call < calls; call++) {
    if (chance.below(2) === 0) {
      await recorder.record("read", null, () => client.read());
      continue;
    }
    const from = chance.below(bank.accounts);
    const to = (from + 1 + chance.below(bank.accounts - 1)) % bank.accounts;
    const transfer = { from, to, amount: 1 + chance.below(bank.balance) };
    await recorder.record("transfer", transfer, async () =>
      (await client.transfer(from, to, transfer.amount)) ? transfer : undefined,
    );
  }
}
