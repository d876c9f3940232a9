import { HoldfastError } from "@holdfast/core";
import type { Entity } from "@holdfast/core";

/** What a draft says of the fields that are not its schema's; undefined where it says nothing. */
export interface DraftHead {
  readonly id: string | undefined;
  readonly version: number | undefined;
  readonly status: string | undefined;
  readonly finishedAt: string | null | undefined;
}

/** INVALID_ID, or INVALID_ENTITY, where one of them is of a wrong kind. */
export function draftHead(entity: Entity, draft: object): DraftHead {
  const { id, version, status, finishedAt }: Readonly<Record<string, unknown>> = { ...draft };
  if (id !== undefined && typeof id !== "string") {
    throw new HoldfastError("an id must be a string", { code: "INVALID_ID", details: { type: entity.name } });
  }
  if (version !== undefined && typeof version !== "number") throw wrong(entity, id, "version", "a number");
  if (entity.lifecycle === undefined) return { id, version, status: undefined, finishedAt: undefined };
  if (status !== undefined && typeof status !== "string") throw wrong(entity, id, "status", "a text");
  if (!entity.lifecycle.finishedAt) return { id, version, status, finishedAt: undefined };
  if (finishedAt !== undefined && finishedAt !== null && typeof finishedAt !== "string") {
    throw wrong(entity, id, "finishedAt", "a text or null");
  }
  return { id, version, status, finishedAt };
}

function wrong({ name }: Entity, id: string | undefined, field: string, kind: string): HoldfastError {
  return new HoldfastError(`${field} of a "${name}" must be ${kind}`, {
    code: "INVALID_ENTITY",
    details: { type: name, id: id ?? null, path: [field] },
  });
}
