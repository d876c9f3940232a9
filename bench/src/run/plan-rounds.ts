/**
 * In which order the systems have their turns, round by round: each round begins with another one, and every second
 * goes backwards, so that what else the machine does, and what the one before leaves behind, hits all of them.
 */
export function planRounds<T>(systems: readonly T[], rounds: number): readonly (readonly T[])[] {
  return Array.from({ length: rounds }, (_, round) => {
    const first = Math.floor(round / 2) % Math.max(systems.length, 1);
    const turned = [...systems.slice(first), ...systems.slice(0, first)];
    return round % 2 === 0 ? turned : turned.toReversed();
  });
}
