import { HoldfastError } from "@holdfast/core";
import type { Driver, Guarantees, JsonObject, Layout, RecordText } from "@holdfast/core";
import type { Medium, SavedPiece, SavedState } from "../src/index.ts";

const guarantees: Guarantees = {
  isolation: "serializable",
  writers: "process",
  durability: "power-loss",
  staleReads: false,
  hints: "store",
};

/** A medium whose steps a test decides, and which notes what it was asked. */
export function medium(parts: Partial<Medium> = {}): Medium & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    identity: "test:1",
    guarantees,
    load: parts.load ?? (async () => undefined),
    ...(parts.follow === undefined ? {} : { follow: parts.follow }),
    commit: async (next, changes) => {
      asked.push(`commit ${changes.length}`);
      await parts.commit?.(next, changes);
    },
    close: async () => {
      asked.push("close");
    },
  };
}

export function saved(
  layout: Layout,
  bodies: Readonly<Record<string, JsonObject>>,
  more: Partial<RecordText> = {},
): SavedState {
  const pieces = Object.entries(bodies).map(([id, body], at): SavedPiece => {
    const time = 1_000 + at;
    const text = JSON.stringify(body);
    const key = { type: "Job", tenant: "default", id };
    return {
      kind: "record",
      record: { ...key, version: 1, documentVersion: 1, created: time, updated: time, text, ...more },
      body,
    };
  });
  return { layout, highWater: 2_000_000_000_000_000, pieces: [pieces] };
}

export function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return { opened: promise, open: () => resolve(undefined) };
}

export async function versionOf(driver: Driver, id: string): Promise<number | undefined> {
  const [record] = await driver.get("default", "Job", [id]);
  return record?.version;
}

function codeOf(thrown: unknown): string {
  return HoldfastError.is(thrown) ? thrown.code : String(thrown);
}

export async function refused(call: Promise<unknown>): Promise<string> {
  return call.then(() => "not refused", codeOf);
}
