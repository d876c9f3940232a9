import { z } from "zod";
import { hasProtoKey } from "./entity-proto.ts";
import { isPlainObject } from "./schema-plain-object.ts";
import type { PlainObject } from "./schema-plain-object.ts";
import { isVerbatim } from "./schema-verbatim.ts";

/** Whether a value of plain JSON is the very one that decoding and encoding it would give. */
export type VerbatimTest = (value: unknown) => boolean;

interface Part {
  readonly takes: VerbatimTest;
  /** Whether the schema refuses whatever `takes` says no to; elsewhere it may take it, and change it. */
  readonly isExact: boolean;
}

interface Field {
  readonly name: string;
  readonly takes: VerbatimTest;
  readonly mayLack: boolean;
}

type Compile = (schema: z.core.$ZodType) => Part;

class NotLookedInto extends Error {}

/**
 * A test for plain JSON that costs a tenth of what its schema does: where it says yes, the value fits, nothing would be
 * filled in or changed, and no field is unknown. It says no wherever it is not certain: then the schema is asked.
 * Undefined for a schema that changes values, or of a kind that is not looked into.
 * @param owned fields of the outermost object that are not the schema's matter
 */
export function verbatimTest(schema: z.core.$ZodObject, owned: ReadonlySet<string>): VerbatimTest | undefined {
  if (!isVerbatim(schema)) return undefined;
  const parts = new Map<z.core.$ZodType, Part>();
  const compile: Compile = (each) => {
    const before = parts.get(each);
    if (before !== undefined) return before;
    // For a schema that holds itself.
    parts.set(each, { takes: (value) => made.takes(value), isExact: false });
    const made = partOf(each, compile);
    parts.set(each, made);
    return made;
  };
  try {
    return objectTest(schema, compile, owned);
  } catch (thrown) {
    if (thrown instanceof NotLookedInto) return undefined;
    throw thrown;
  }
}

/** Of the schemas that `isVerbatim` lets pass. */
function partOf(schema: z.core.$ZodType, compile: Compile): Part {
  if (schema instanceof z.core.$ZodOptional) return compile(schema._zod.def.innerType);
  if (schema instanceof z.core.$ZodDefault) return { ...compile(schema._zod.def.innerType), isExact: false };
  if (schema instanceof z.core.$ZodNullable) {
    const { takes, isExact } = compile(schema._zod.def.innerType);
    return { takes: (value) => value === null || takes(value), isExact };
  }
  if (schema instanceof z.core.$ZodLazy) return { takes: lazyTest(schema, compile), isExact: false };
  if (schema instanceof z.core.$ZodAny || schema instanceof z.core.$ZodUnknown) {
    return { takes: (value) => typeof value !== "object" || value === null || !hasProtoKey(value), isExact: false };
  }
  if (schema instanceof z.core.$ZodObject) return { takes: objectTest(schema, compile, new Set()), isExact: false };
  if (schema instanceof z.core.$ZodRecord) return { takes: recordTest(schema, compile), isExact: false };
  if (schema instanceof z.core.$ZodArray) return { takes: listTest(schema, compile), isExact: false };
  if (schema instanceof z.core.$ZodUnion) return { takes: unionTest(schema, compile), isExact: false };
  return { takes: scalarTest(schema), isExact: true };
}

function scalarTest(schema: z.core.$ZodType): VerbatimTest {
  const isPlain = (schema._zod.def.checks ?? []).length === 0 && !("format" in schema._zod.def);
  if (isPlain && schema instanceof z.core.$ZodString) return (value) => typeof value === "string";
  if (isPlain && schema instanceof z.core.$ZodNumber) return Number.isFinite;
  if (isPlain && schema instanceof z.core.$ZodBoolean) return (value) => typeof value === "boolean";
  const asked: VerbatimTest = (value) => z.safeDecode(schema, value).success;
  if (!isPlain || !(schema instanceof z.core.$ZodEnum)) return asked;
  const values = new Set<unknown>(Object.values(schema._zod.def.entries).filter(asked));
  return (value) => values.has(value);
}

function objectTest(schema: z.core.$ZodObject, compile: Compile, owned: ReadonlySet<string>): VerbatimTest {
  refuseChecks(schema);
  const { shape, catchall } = schema._zod.def;
  const fields = Object.entries(shape).map(([name, held]): Field => {
    // A plain object seems to have these, whatever it is.
    if (name in Object.prototype) throw new NotLookedInto();
    return { name, takes: compile(held).takes, mayLack: held instanceof z.core.$ZodOptional && !fillsIn(held) };
  });
  const names: ReadonlySet<string> = new Set([...Object.keys(shape), ...owned]);
  const rest = catchall === undefined ? undefined : compile(catchall).takes;
  const takesOther = (value: Readonly<Record<string, unknown>>, key: string): boolean =>
    rest !== undefined && key !== "__proto__" && rest(value[key]);
  const ownedFields = [...owned].map((name): Field => ({ name, takes: () => true, mayLack: true }));
  return inOrder([...ownedFields, ...fields], (value, taken) => {
    let known = 0;
    for (const field of fields) {
      const held = value[field.name];
      if (held === undefined ? !field.mayLack : !taken.includes(field) && !field.takes(held)) return false;
      if (held !== undefined) known += 1;
    }
    // To count the keys takes less time than to look each of them up.
    let held = 0;
    for (const _ in value) held += 1;
    if (held === known) return true;
    for (const key in value) if (!names.has(key) && !takesOther(value, key)) return false;
    return true;
  });
}

/** Of so many objects with other keys, or keys in another order, the first one's are known from then on. */
const ordersTried = 8;

/**
 * Asks `isTaken` only of objects whose keys are others than those of one that it took, or stand in another order: a
 * loop over an object's keys finds what is held there in a fraction of the time that looking up a name takes. It is told
 * which fields were found to take what they hold: to look at them twice, and twice within them, would have no end.
 */
function inOrder(
  fields: readonly Field[],
  isTaken: (value: PlainObject, taken: readonly Field[]) => boolean,
): VerbatimTest {
  const byName = new Map(fields.map((field) => [field.name, field]));
  let order: readonly Field[] = [];
  let others = 0;
  return (value) => {
    if (!isPlainObject(value)) return false;
    let taken = 0;
    let isInOrder = order.length > 0;
    for (const key in value) {
      const field = order[taken];
      isInOrder = field?.name === key;
      if (field === undefined || !isInOrder) break;
      const held = value[key];
      if (held === undefined ? !field.mayLack : !field.takes(held)) return false;
      taken += 1;
    }
    if (isInOrder && taken === order.length) return true;
    if (!isTaken(value, taken === 0 ? none : order.slice(0, taken))) return false;
    if (others === 0) order = Object.keys(value).flatMap((key) => byName.get(key) ?? []);
    others = (others + 1) % ordersTried;
    return true;
  };
}

const none: readonly Field[] = [];

/** Whether the schema makes something of a field that is not there. */
function fillsIn({ _zod: { def } }: z.core.$ZodOptional): boolean {
  return def.innerType._zod.optin !== undefined;
}

function recordTest({ _zod: { def } }: z.core.$ZodRecord, compile: Compile): VerbatimTest {
  const { keyType, valueType, checks = [] } = def;
  const isOfAnyKey = keyType instanceof z.core.$ZodString && (keyType._zod.def.checks ?? []).length === 0;
  if (!isOfAnyKey || "format" in keyType._zod.def || checks.length > 0) throw new NotLookedInto();
  const { takes } = compile(valueType);
  return (value) => {
    if (!isPlainObject(value)) return false;
    for (const key in value) if (key === "__proto__" || !takes(value[key])) return false;
    return true;
  };
}

/** What is said of a list's length is asked of a schema that says nothing of its items. */
function listTest({ _zod: { def } }: z.core.$ZodArray, compile: Compile): VerbatimTest {
  const { takes } = compile(def.element);
  const ofItems: VerbatimTest = (value) => Array.isArray(value) && value.every((item) => takes(item));
  if ((def.checks ?? []).length === 0) return ofItems;
  const ofLength = new z.core.$ZodArray({ ...def, element: z.unknown() });
  return (value) => Array.isArray(value) && ofItems(value) && z.safeDecode(ofLength, value).success;
}

/** The first option that takes a value is the one that counts, so an earlier one must be known to refuse it. */
function unionTest(schema: z.core.$ZodUnion, compile: Compile): VerbatimTest {
  refuseChecks(schema);
  if (schema instanceof z.core.$ZodDiscriminatedUnion) return discriminatedTest(schema, compile);
  if (schema._zod.def.inclusive === false) throw new NotLookedInto();
  const options = schema._zod.def.options.map(compile);
  return (value) => {
    for (const { takes, isExact } of options) {
      if (takes(value)) return true;
      if (!isExact) return false;
    }
    return false;
  };
}

function discriminatedTest({ _zod: { def } }: z.core.$ZodDiscriminatedUnion, compile: Compile): VerbatimTest {
  const { discriminator, options } = def;
  const byValue = new Map<unknown, VerbatimTest>();
  for (const option of options) {
    for (const value of option._zod.propValues?.[discriminator] ?? []) byValue.set(value, compile(option).takes);
  }
  return (value) => isPlainObject(value) && byValue.get(value[discriminator])?.(value) === true;
}

/** A schema that holds itself is looked into when a value is. */
function lazyTest(schema: z.core.$ZodLazy, compile: Compile): VerbatimTest {
  let inner: VerbatimTest | undefined;
  return (value) => {
    inner ??= lookedInto(() => compile(schema._zod.innerType).takes);
    return inner(value);
  };
}

function lookedInto(compile: () => VerbatimTest): VerbatimTest {
  try {
    return compile();
  } catch (thrown) {
    if (thrown instanceof NotLookedInto) return () => false;
    throw thrown;
  }
}

function refuseChecks({ _zod: { def } }: z.core.$ZodType): void {
  if ((def.checks ?? []).length > 0) throw new NotLookedInto();
}
