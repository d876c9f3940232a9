import type { Behaviour, Trait } from "./behaviour.ts";
import type { TestRunner } from "./runner.ts";
import type { StoreTarget } from "./store-target.ts";

const reasons: Readonly<Record<Trait, string>> = {
  persistent: "its data ends with the store",
  sharable: "one store at a time may be open on its data",
  concurrent: "an open transaction makes all other calls wait",
  exclusive: "several stores may be open on its data, or it ends with the store",
};

/** Why a target does not claim a behaviour; undefined where it does. */
export function reasonToSkip(behaviour: Behaviour, target: StoreTarget): string | undefined {
  if (behaviour.needs === undefined || hasTrait(target, behaviour.needs)) return undefined;
  return reasons[behaviour.needs];
}

/** A behaviour that is not claimed stays on the list, with the reason. */
export function registerSkip(runner: TestRunner, behaviour: Behaviour, reason: string): void {
  if (runner.skip !== undefined) runner.skip(behaviour.name, reason);
  else runner.test(`${behaviour.name} (not claimed: ${reason})`, async () => {});
}

function hasTrait(target: StoreTarget, trait: Trait): boolean {
  switch (trait) {
    case "persistent":
      return target.reopen !== undefined;
    case "sharable":
      return target.reopen !== undefined && target.sharable === true;
    case "exclusive":
      return target.reopen !== undefined && target.sharable !== true;
    case "concurrent":
      return target.oneAtATime !== true;
    default:
      return trait satisfies never;
  }
}
