import { HoldfastError } from "@holdfast/core";
import type { Entity } from "@holdfast/core";

/** What a draft says of the fields that are not its schema's; undefined where it says nothing. */
export interface DraftHead {
  readonly id: string | undefined;
  readonly version: number | undefined;
  readonly status: string | undefined;
  readonly finishedAt: string | null | undefined;
}

/** Of a draft that says nothing. Others are copies of it, as is all that a batch keeps by the thousand: docs/decisions/0068. */
export const headShape: DraftHead = { id: undefined, version: undefined, status: undefined, finishedAt: undefined };

/** INVALID_ID, or INVALID_ENTITY, where one of them is of a wrong kind. */
export function draftHead(entity: Entity, draft: object): DraftHead {
  const { id, version, status, finishedAt }: Readonly<Record<string, unknown>> = { ...draft };
  if (id !== undefined && typeof id !== "string") {
    throw new HoldfastError("an id must be a string", { code: "INVALID_ID", details: { type: entity.name } });
  }
  if (version !== undefined && typeof version !== "number") throw wrong(entity, id, "version", "a number");
  if (entity.lifecycle === undefined) return { ...headShape, id, version };
  if (status !== undefined && typeof status !== "string") throw wrong(entity, id, "status", "a text");
  if (!entity.lifecycle.finishedAt) return { ...headShape, id, version, status };
  if (finishedAt !== undefined && finishedAt !== null && typeof finishedAt !== "string") {
    throw wrong(entity, id, "finishedAt", "a text or null");
  }
  return { ...headShape, id, version, status, finishedAt };
}

function wrong({ name }: Entity, id: string | undefined, field: string, kind: string): HoldfastError {
  return new HoldfastError(`${field} of a "${name}" must be ${kind}`, {
    code: "INVALID_ENTITY",
    details: { type: name, id: id ?? null, path: [field] },
  });
}
