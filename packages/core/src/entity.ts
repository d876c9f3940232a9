import type { z } from "zod";
import type { DraftOfSchema } from "./entity-draft.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { DeleteRule } from "./layout.ts";
import type { SystemField } from "./query.ts";
import type { JsonObject, JsonValue, Scalar } from "./record.ts";

/** A lift of a document from one schema version to the next, on its JSON. Must not change what it is given. */
export type Upcast = (old: JsonObject) => JsonObject;

/**
 * What a field holds, from the others: their encoded side, without what the store and the lifecycle own, and the id.
 * Pure, and so quick that every write can afford it.
 */
export type Derivation = (body: JsonObject, id: string) => JsonValue;

interface ReferenceEnds {
  /** The parent's entity. */
  readonly to: string;
  /**
   * A field of the parent, a list of strings, in which it keeps the ids of its children. Relations keep it in step with
   * the reference, and `check()` tells where the two disagree. @default none
   */
  readonly mirror?: string;
}

/** `onDelete`: what deleting the parent does to its children. */
interface EnforcedReference extends ReferenceEnds {
  readonly onDelete: DeleteRule;
  readonly enforced?: true;
}

/** Informs relations and `check()`, and keeps nothing from being an orphan. */
interface UnenforcedReference extends ReferenceEnds {
  readonly enforced: false;
  readonly onDelete?: never;
}

export type ReferenceDeclaration = EnforcedReference | UnenforcedReference;

/** By the field that holds the parent's id. */
export interface References {
  readonly [field: string]: ReferenceDeclaration;
}

export type IndexDeclaration<F extends string> =
  | readonly F[]
  /** `unique`: per tenant; nulls are distinct. @default false */
  | { readonly fields: readonly F[]; readonly unique?: boolean };

/**
 * What `defineEntity` makes: a declaration, kept as it was given. `N`: its name, `S`: its schema, `L`: its lifecycle,
 * `F`: its declared fields, those that queries can use beside the system fields, `R`: its references.
 */
export interface Entity<
  N extends string = string,
  S extends z.core.$ZodObject = z.core.$ZodObject,
  L extends Lifecycle | undefined = Lifecycle | undefined,
  F extends string = string,
  R extends References = References,
> {
  readonly name: N;
  readonly schema: S;
  readonly lifecycle: L;
  /** The fields of indexes and references and those of the lifecycle, each once. */
  readonly fields: readonly F[];
  readonly indexes: readonly IndexDeclaration<F | SystemField>[];
  readonly references: R;
  readonly schemaVersion: number;
  readonly upcast: { readonly [from: number]: Upcast };
  readonly derived: { readonly [field: string]: Derivation };
  readonly unknownFields: "keep" | "refuse";
}

type ShapeOf<S extends z.core.$ZodObject> = S["_zod"]["def"]["shape"];
type FieldsOfKind<S extends z.core.$ZodObject, Kind> = {
  [K in keyof ShapeOf<S> & string]: z.core.input<ShapeOf<S>[K]> extends Kind | null | undefined ? K : never;
}[keyof ShapeOf<S> & string];
type LifecycleField<L> =
  L extends Lifecycle<string, string, infer F> ? "status" | (F extends true ? "finishedAt" : never) : never;

export interface EntityDefinition<
  N extends string,
  S extends z.core.$ZodObject,
  L extends Lifecycle | undefined,
  I extends string,
  R extends References,
> {
  /** [A-Za-z][A-Za-z0-9_]*, at most 48 characters; not `sqlite_…`, `pg_…`, `holdfast_…`. */
  readonly name: N;
  /** A synchronous zod object whose encoded side is JSON; without `id`, `version`, `createdAt`, `updatedAt`. */
  readonly schema: S;
  /** Owns the field `status`, and `finishedAt` where it says so. */
  readonly lifecycle?: L;
  /** Of one to three fields each, each field a string, a number or a boolean on its encoded side, or null. */
  readonly indexes?: readonly IndexDeclaration<I>[];
  /** By the field that holds the parent's id. */
  readonly references?: R & { readonly [field in Exclude<keyof R, FieldsOfKind<S, string>>]: never };
  /** Raised when stored documents need a lift. A whole number from 1. @default 1 */
  readonly schemaVersion?: number;
  /** By the version that each lifts from; a version without one needs none. */
  readonly upcast?: { readonly [from: number]: Upcast };
  /**
   * Fields of the schema that follow from the others, such as one to sort or to search by: whatever an entity or a stored
   * document says of them, what is derived counts. Changed rules need a higher `schemaVersion`. @default none
   */
  readonly derived?: { readonly [F in keyof ShapeOf<S> & string]?: Derivation | undefined };
  /** Fields that the schema does not know: kept on the entity and saved again, or INVALID_ENTITY. @default "keep" */
  readonly unknownFields?: "keep" | "refuse";
}

interface AnyEntityDefinition extends EntityDefinition<string, z.core.$ZodObject, Lifecycle, string, References> {}

/** Declares an entity, once, for types, parsing, tables and relations. `defineModel` checks what types cannot. */
export function defineEntity<
  const N extends string,
  S extends z.core.$ZodObject,
  L extends Lifecycle | undefined = undefined,
  const I extends FieldsOfKind<S, NonNullable<Scalar>> | LifecycleField<L> | SystemField = never,
  const R extends References = Record<never, ReferenceDeclaration>,
>(
  definition: EntityDefinition<N, S, L, I, R>,
): Entity<N, S, L, Exclude<I, SystemField> | (keyof R & string) | LifecycleField<L>, R>;
export function defineEntity(definition: AnyEntityDefinition): Entity {
  const { lifecycle, indexes = [], references = {} } = definition;
  const named = new Set([...indexes.flatMap(indexFields), ...Object.keys(references)]);
  for (const field of ["id", "version", "createdAt", "updatedAt"]) named.delete(field);
  if (lifecycle !== undefined) named.add("status");
  if (lifecycle?.finishedAt === true) named.add("finishedAt");
  return {
    name: definition.name,
    schema: definition.schema,
    lifecycle,
    fields: [...named],
    indexes,
    references,
    schemaVersion: definition.schemaVersion ?? 1,
    upcast: definition.upcast ?? {},
    derived: derivations(definition.derived ?? {}),
    unknownFields: definition.unknownFields ?? "keep",
  };
}

function derivations(given: { readonly [field: string]: Derivation | undefined }): Entity["derived"] {
  const derived: Record<string, Derivation> = {};
  for (const [field, derive] of Object.entries(given)) if (derive !== undefined) derived[field] = derive;
  return derived;
}

/** The fields of an index, however it was declared. */
export function indexFields<F extends string>(index: IndexDeclaration<F>): readonly F[] {
  return "fields" in index ? index.fields : index;
}

/** What the store adds to every entity. Times are UTC text with microseconds, `2026-11-22T02:03:04.123456Z`. */
export interface SystemFields {
  readonly id: string;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What a lifecycle adds to an entity. */
export type LifecycleFields<L> =
  L extends Lifecycle<infer S, string, infer F>
    ? { readonly status: S } & (F extends true ? { readonly finishedAt: string | null } : unknown)
    : unknown;
type Flat<T> = { [K in keyof T]: T[K] };

/** An entity as repositories give it: the decoded side of its schema, the store's fields and the lifecycle's. */
export type EntityOf<E extends Entity> = Flat<
  z.core.output<E["schema"]> & SystemFields & LifecycleFields<E["lifecycle"]>
>;

/** The statuses of an entity's lifecycle; never without one. */
export type StatusOf<E extends Entity> = E["lifecycle"] extends Lifecycle<infer S> ? S : never;

/** The events of an entity's lifecycle; never without one. */
export type EventOf<E extends Entity> = E["lifecycle"] extends Lifecycle<string, infer Event> ? Event : never;

/**
 * What is needed to create an entity: the decoded side of its schema, in which whatever has a default may be left out.
 * An entity is a draft too. The store's own fields are ignored, but for `id` and, when saving, `version`.
 */
export type DraftOf<E extends Entity> = Flat<
  DraftOfSchema<E["schema"]> & { readonly [K in keyof SystemFields]?: SystemFields[K] | undefined } & {
    readonly [K in keyof LifecycleFields<E["lifecycle"]>]?: LifecycleFields<E["lifecycle"]>[K] | undefined;
  }
>;

/** Fields of the schema to change, on its decoded side. */
export type PatchOf<E extends Entity> = {
  readonly [K in keyof z.core.output<E["schema"]>]?: z.core.output<E["schema"]>[K];
};
