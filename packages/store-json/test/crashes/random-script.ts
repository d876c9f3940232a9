import type { Chance } from "@holdfast-tooling/chance";
import { diskChance } from "@holdfast-tooling/simulated-fs";
import type { Script } from "./scripts.ts";
import type { Notes, Session } from "./session.ts";

const places = ["a", "b", "c", "left/a", "right/a", "right/b"] as const;
const lengths = [5, 5, 40, 300, 900, 1_800] as const;
const foldBytes = [1, 800, Number.MAX_SAFE_INTEGER] as const;

/** A program that does this and that with a store, as its seed has it. */
export function randomScript(seed: number): Script {
  const chance = diskChance(seed);
  const steps = Array.from({ length: 5 + chance.below(6) }, () => randomStep(chance));
  return {
    name: `program ${seed}`,
    foldBytes: chance.among(foldBytes),
    run: async (session) => {
      for (const step of steps) await step(session);
      await session.close();
    },
  };
}

function randomStep(chance: Chance): (session: Session) => Promise<void> {
  const kind = chance.below(12);
  const rounds = Array.from({ length: 1 + chance.below(3) }, () => randomNotes(chance));
  const [first = {}] = rounds;
  if (kind === 0) return (session) => session.close();
  if (kind === 1) return (session) => session.rest();
  if (kind === 2) return (session) => session.prune();
  if (kind === 3) return async (session) => session.kill();
  if (kind === 4) return (session) => session.settle();
  if (kind === 5) return async (session) => void (await Promise.all(rounds.map((notes) => session.write(notes))));
  if (kind === 6) return (session) => session.write(...rounds);
  return (session) => session.write(first);
}

function randomNotes(chance: Chance): Notes {
  const count = 1 + chance.below(3);
  return Object.fromEntries(
    Array.from({ length: count }, () => {
      const place = chance.among(places);
      if (chance.isIn(0.2)) return [place, undefined];
      return [place, "abcdefghij"[chance.below(10)]?.repeat(chance.among(lengths))];
    }),
  );
}
