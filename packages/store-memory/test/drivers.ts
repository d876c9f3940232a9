import { risingClock } from "@holdfast/core";
import type { DriverGroup, DriverOp, DriverOptions, Expect, FieldValues, Layout, Scalar } from "@holdfast/core";

export const jobLayout: Layout = {
  types: [
    {
      type: "Job",
      schemaVersion: 1,
      fields: [
        { name: "missionId", kind: "string" },
        { name: "name", kind: "string" },
        { name: "rank", kind: "number" },
        { name: "status", kind: "string" },
      ],
      indexes: [
        { fields: ["status", "rank"], unique: false },
        { fields: ["name"], unique: true },
      ],
      references: [{ field: "missionId", to: "Mission", onDelete: "restrict" }],
    },
    { type: "Mission", schemaVersion: 1, fields: [], indexes: [], references: [] },
  ],
};

export function driverOptions(options: Partial<DriverOptions> = {}): DriverOptions {
  return {
    stamps: { now: risingClock(() => 1_700_000_000_000_000), newId: () => "id" },
    durability: "power-loss",
    layout: "upgrade",
    access: "write",
    lockTimeoutMs: 0,
    busyTimeoutMs: 0,
    logger: { warn: () => undefined },
    ...options,
  };
}

export const feedLimits = { changes: 10, bytes: 1_000_000 };

type Body = Readonly<Record<string, Scalar>>;

/** A put as core hands it down: the text of the document, and the values of its type's declared fields. */
export function put(
  type: string,
  id: string,
  body: Body = {},
  {
    tenant = "default",
    expect = "any",
    layout = jobLayout,
  }: { tenant?: string; expect?: Expect; layout?: Layout } = {},
): DriverOp {
  const fields = layout.types.find((each) => each.type === type)?.fields ?? [];
  const values: FieldValues = new Map(fields.map(({ name }) => [name, body[name] ?? null]));
  return { kind: "put", tenant, type, id, documentVersion: 1, text: JSON.stringify(body), fields: values, expect };
}

export function remove(type: string, id: string, expect: Expect = "any"): DriverOp {
  return { kind: "delete", tenant: "default", type, id, expect };
}

/** One group for each op. */
export function groups(...ops: readonly DriverOp[]): readonly DriverGroup[] {
  return ops.map((op) => [op]);
}
