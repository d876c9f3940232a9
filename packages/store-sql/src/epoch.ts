import { HoldfastError } from "@holdfast/core";

import { readNumber } from "./record-codec.ts";
import type { Row, SqlResult } from "./sql-connections.ts";
import type { SqlContext } from "./sql-context.ts";
import { slot } from "./statement.ts";
import type { Statement } from "./statement.ts";
import { clockTable, epochTable } from "./tables.ts";

/** What a store says of itself in its one epoch row, as every transaction reads it. */
export interface Epoch {
  readonly epoch: number;
  /** Names the running transaction, where a commit can be in doubt. */
  readonly token: string | undefined;
  /** The highest stamp given so far, where the store keeps it; else 0. */
  readonly stamp: number;
  /** The highest number given to a change so far, where the store counts them; else 0. */
  readonly changes: number;
}

/** Reads the epoch. */
export function readEpochStatement({ builder, templates }: SqlContext): Statement {
  return templates.get(epochKey, "read", () => builder.selectFrom(epochTable).select("epoch").compile()).bind([]);
}

/** Reads the epoch for a write and keeps it as it is until the transaction ends. */
export function holdEpochStatement({ builder, dialect, templates }: SqlContext): Statement {
  const template = templates.get(epochKey, "hold", () => {
    const select = builder.selectFrom(epochTable).select(["epoch", "move", dialect.transactionToken.as("token")]);
    const stamp = builder.selectFrom(clockTable).select("stamp").as("stamp");
    const changes = builder.selectFrom(clockTable).select("changes").as("changes");
    const complete = dialect.keepsClock ? select.select([stamp, changes]) : select;
    return complete.modifyEnd(dialect.shareLock).compile();
  });
  return template.bind([]);
}

/** Both only ever rise: whoever calls it holds the epoch. */
export function raiseClockStatement({ builder, templates }: SqlContext, stamp: number, changes: number): Statement {
  const template = templates.get(epochKey, "raise", () =>
    builder
      .updateTable(clockTable)
      .set({ stamp: slot(0), changes: slot(1) })
      .compile(),
  );
  return template.bind([stamp, changes]);
}

/** STORE_MOVED where the store was moved elsewhere. */
export function epochOf({ rows: [row] }: SqlResult): Epoch {
  if (row === undefined) throw new HoldfastError("the store has lost its epoch row", { code: "STORE_CORRUPT" });
  const { move, token } = row;
  if (typeof move === "string") refuseMoved(move);
  return {
    epoch: readNumber(row, "epoch"),
    token: typeof token === "string" ? token : undefined,
    stamp: counter(row, "stamp"),
    changes: counter(row, "changes"),
  };
}

/** A store that has counters never begins anew with them: what they counted is there, and followers know of it. */
function counter(row: Row, name: string): number {
  return row[name] === undefined ? 0 : readNumber(row, name);
}

const epochKey = { table: epochTable };

function refuseMoved(text: string): void {
  const move = parseMove(text);
  if (typeof move !== "object" || move === null || !("state" in move) || move.state !== "moved") return;
  const to = "to" in move && typeof move.to === "string" ? { to: move.to } : {};
  throw new HoldfastError("the store was moved elsewhere and takes no more writes", {
    code: "STORE_MOVED",
    details: to,
  });
}

function parseMove(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HoldfastError("the state of the store's move cannot be read", { code: "STORE_CORRUPT", cause });
  }
}
