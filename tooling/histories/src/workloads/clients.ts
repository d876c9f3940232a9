import type { MicroOp } from "../micro-ops.ts";

/** Registers by number; one that was never written holds null. */
export interface RegisterClient {
  read(key: number): Promise<number | null>;
  write(key: number, value: number): Promise<void>;
  /** Writes `to` if the register holds `from`, and says whether it did. */
  compareAndSet(key: number, from: number | null, to: number): Promise<boolean>;
}

/** Lists by number. */
export interface ListClient {
  /** Does all of it in one transaction and gives it with the lists read; undefined where nothing was done. */
  transact(ops: readonly MicroOp[]): Promise<readonly MicroOp[] | undefined>;
}

/** Accounts by number. */
export interface BankClient {
  /** The balances of all accounts as of one moment. */
  read(): Promise<Readonly<Record<string, number>>>;
  /** Says whether there was enough. */
  transfer(from: number, to: number, amount: number): Promise<boolean>;
}
