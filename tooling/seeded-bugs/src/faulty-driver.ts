import { backend } from "@holdfast/store-memory";
import type { Driver, DriverGroup, GroupResult, Reader, Writer } from "@holdfast/core";

/** A driver with a bug: the members that differ from those of the driver in memory that it is built on. */
export type Bug = (sound: Driver) => Partial<Omit<Driver, "guarantees" | "identity">>;

/** Ways past the members that a bug is in. */
const shortcuts: ReadonlySet<string | symbol> = new Set<keyof Driver>(["getAtOnce", "applyAtOnce"]);

export function faultyDriver(bug: Bug): Driver {
  const sound = backend.driver("memory:");
  const faults = new Map<string | symbol, unknown>(Object.entries(bug(sound)));
  return new Proxy(sound, {
    get(target, name) {
      if (faults.has(name)) return faults.get(name);
      if (shortcuts.has(name)) return undefined;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function"
        ? (...given: unknown[]): unknown => Reflect.apply(member, target, given)
        : member;
    },
  });
}

/** The same change of what is read, outside of transactions and inside. */
export function misread(change: (reader: Reader) => Partial<Reader>): Bug {
  return (sound) => ({
    ...change(sound),
    transaction: (mode, work) => sound.transaction(mode, (writer) => work({ ...bound(writer), ...change(writer) })),
  });
}

/** The same change of the groups that are written, outside of transactions and inside. */
export function miswrite(change: (group: DriverGroup) => DriverGroup): Bug {
  return misapply((apply, groups) => apply(groups.map(change)));
}

/** The same other way to apply groups, outside of transactions and inside. */
export function misapply(
  change: (
    apply: (groups: readonly DriverGroup[]) => Promise<readonly GroupResult[]>,
    groups: readonly DriverGroup[],
  ) => Promise<readonly GroupResult[]>,
): Bug {
  return (sound) => ({
    apply: (groups, signal) => change((each) => sound.apply(each, signal), groups),
    transaction: (mode, work) =>
      sound.transaction(mode, (writer) =>
        work({ ...bound(writer), apply: (groups) => change((each) => writer.apply(each), groups) }),
      ),
  });
}

/** The members of a writer as plain properties. */
export function bound(writer: Writer): Writer {
  return {
    get: (tenant, type, ids) => writer.get(tenant, type, ids),
    find: (tenant, query) => writer.find(tenant, query),
    count: (tenant, type, where) => writer.count(tenant, type, where),
    countBy: (tenant, type, field, where) => writer.countBy(tenant, type, field, where),
    stats: () => writer.stats(),
    tombstones: (...asked) => writer.tombstones(...asked),
    apply: (groups) => writer.apply(groups),
    savepoint: (work) => writer.savepoint((inner) => work(inner)),
  };
}
