import { chanceFrom } from "@holdfast-tooling/chance";

/** What lanes do: the same plan makes the same steps in every process. */
export interface Plan {
  readonly seed: number;
  /** Lanes of each store, which work at the same time, each one step after the other. */
  readonly lanes: number;
  /** How long a text is at most, in characters. */
  readonly width: number;
}

/** One step of a lane: all of it is written in one atomic group, or in one transaction. */
export type Step = { readonly number: number; readonly text: string } & (
  | { readonly kind: "save" }
  | { readonly kind: "batch"; readonly puts: readonly string[]; readonly deletes: readonly string[] }
  | {
      readonly kind: "transfer";
      readonly from: string;
      readonly to: string;
      readonly amount: number;
      /** Whether something is written in a savepoint first, and undone. */
      readonly undoes: boolean;
    }
  | { readonly kind: "claim" }
);

export const accounts: readonly string[] = ["account-0", "account-1", "account-2"];
export const firstBalance = 1_000;
const notesOfLane = 6;

export function laneId(lane: number): string {
  return `lane-${lane}`;
}

export function taskId(lane: number): string {
  return `task-${lane}`;
}

/** The first step has number 1. */
export function stepOf({ seed, width }: Plan, lane: number, number: number): Step {
  const chance = chanceFrom(seed, lane, number);
  const letter = String.fromCharCode(97 + (number % 26));
  const text = letter.repeat(1 + chance.below(width));
  const kind = chance.below(10);
  if (kind < 2) return { kind: "save", number, text };
  if (kind < 3) return { kind: "claim", number, text };
  if (kind < 7) return { kind: "batch", number, text, ...notes(lane, chance.below) };
  const from = chance.below(accounts.length);
  const to = (from + 1 + chance.below(accounts.length - 1)) % accounts.length;
  const [source = "", target = ""] = [accounts[from], accounts[to]];
  return {
    kind: "transfer",
    number,
    text,
    from: source,
    to: target,
    amount: 1 + chance.below(9),
    undoes: chance.below(3) === 0,
  };
}

function notes(
  lane: number,
  below: (count: number) => number,
): { puts: readonly string[]; deletes: readonly string[] } {
  const places = Array.from({ length: notesOfLane }, (_each, place) => ({
    id: `note-${lane}-${place}`,
    lot: below(3),
  }));
  const of = (wanted: number): readonly string[] => places.filter(({ lot }) => lot === wanted).map(({ id }) => id);
  return { puts: of(0), deletes: of(1) };
}
