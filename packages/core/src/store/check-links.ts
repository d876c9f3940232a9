import { childrenOf } from "../children.ts";
import { always } from "../condition.ts";
import type { FoundRecord, Reader, RecordText } from "../driver.ts";
import { HoldfastError } from "../errors.ts";
import { eventLoopTurn } from "../event-loop-turn.ts";
import type { Layout } from "../layout.ts";
import { isList } from "../is-list.ts";
import { isJsonObject, parseJson } from "../json-object.ts";
import type { Lift } from "../lift.ts";
import type { JsonObject, RecordKey, Scalar } from "../record.ts";
import type { CheckProblem } from "../store.ts";
import type { Deadline } from "./deadline.ts";

const parentsPerPage = 500;
const idsAtOnce = 1_000;

/** A field of children that refers to their parent, and the parent's field that lists them. */
export interface Link {
  readonly parentType: string;
  readonly field: string;
  readonly childType: string;
  readonly by: string;
}

export interface LinkCheck {
  readonly reader: Pick<Reader, "find">;
  readonly layout: Layout;
  readonly lift: Lift;
  readonly tenant: string;
  readonly link: Link;
  readonly deadline: Deadline;
}

/** A parent and the children that it lists, from which those are taken out that refer to it. */
interface Listing {
  readonly id: string;
  readonly listed: ReadonlySet<string>;
  readonly unanswered: Set<string>;
}

/**
 * Where lists of children and the references that they mirror disagree, in one tenant. Reads page by page, and
 * lets the event loop turn between pages. A child whose parent is not there is an orphan, and told as such elsewhere.
 */
export async function checkLinks(check: LinkCheck): Promise<readonly CheckProblem[]> {
  const problems: CheckProblem[] = [];
  for await (const page of parentPages(check)) {
    const listings = new Map<string, Listing>();
    for (const { record } of page) {
      const body = newestBody(check, record);
      if (body === undefined) continue;
      const listed = listedIds(body, check.link.field);
      if (listed === undefined) problems.push(notAList(check, record.id));
      else listings.set(record.id, { id: record.id, listed: new Set(listed), unanswered: new Set(listed) });
    }
    problems.push(...(await unlistedChildren(check, listings)), ...(await unansweredListings(check, listings)));
    await eventLoopTurn();
  }
  return problems;
}

async function* parentPages({
  reader,
  tenant,
  link,
  deadline,
}: LinkCheck): AsyncGenerator<readonly FoundRecord[], void> {
  const order = [{ field: "id", descending: false }];
  const query = { type: link.parentType, where: always, order, limit: parentsPerPage, omitBody: false };
  let after: { readonly after?: readonly Scalar[] } = {};
  for (;;) {
    deadline.check();
    const page = await reader.find(tenant, { ...query, ...after });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    if (page.length < parentsPerPage) return;
    after = { after: last.place };
  }
}

/** The document in its newest form; undefined where it has none, of which the driver's own check tells. */
function newestBody({ lift }: LinkCheck, { type, id, documentVersion, text }: RecordText): JsonObject | undefined {
  const body = parseJson(text);
  if (!isJsonObject(body)) return undefined;
  try {
    return lift({ type, id, documentVersion, body }).body;
  } catch (thrown) {
    if (HoldfastError.is(thrown, "INVALID_ENTITY")) return undefined;
    throw thrown;
  }
}

/** The ids that a document lists; undefined where it holds something else there. Nothing at all is an empty list. */
function listedIds(body: JsonObject, field: string): readonly string[] | undefined {
  const value = Object.hasOwn(body, field) ? (body[field] ?? []) : [];
  if (!isList(value)) return undefined;
  const ids = value.filter((each) => typeof each === "string");
  return ids.length === value.length ? ids : undefined;
}

/** Children that refer to one of the parents, which does not list them. Takes the others out of the listings. */
async function unlistedChildren(
  { reader, layout, tenant, link }: LinkCheck,
  listings: ReadonlyMap<string, Listing>,
): Promise<readonly CheckProblem[]> {
  const { parentType, field, childType, by } = link;
  const problems: CheckProblem[] = [];
  const children = childrenOf(reader, { layout, tenant, type: childType, field: by, omitBody: true }, [
    ...listings.keys(),
  ]);
  for await (const { record, place } of children) {
    const id = String(place[0]);
    const listing = listings.get(id);
    if (listing?.listed.has(record.id) === true) {
      listing.unanswered.delete(record.id);
      continue;
    }
    const message = `"${field}" does not list the "${childType}" with id "${record.id}", whose "${by}" refers here`;
    problems.push(problem({ tenant, type: parentType, id, field, message }, { type: childType, id: record.id }));
  }
  return problems;
}

/** Listed children that do not refer to the parent: to another, to none, or they are not there. */
async function unansweredListings(
  check: LinkCheck,
  listings: ReadonlyMap<string, Listing>,
): Promise<readonly CheckProblem[]> {
  const pairs = [...listings.values()].flatMap(({ id, unanswered }) =>
    [...unanswered].map((child) => [id, child] as const),
  );
  const problems: CheckProblem[] = [];
  for (let start = 0; start < pairs.length; start += idsAtOnce) {
    const some = pairs.slice(start, start + idsAtOnce);
    const stored = await storedIds(check, new Set(some.map(([, child]) => child)));
    problems.push(...some.map(([parent, child]) => noAnswer(check, parent, child, stored.has(child))));
  }
  return problems;
}

async function storedIds({ reader, tenant, link }: LinkCheck, ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const where = { kind: "test", field: "id", negated: false, operator: "in", operands: [...ids] } as const;
  const order = [{ field: "id", descending: false }];
  const found = await reader.find(tenant, { type: link.childType, where, order, limit: ids.size, omitBody: true });
  return new Set(found.map(({ record }) => record.id));
}

function noAnswer({ tenant, link }: LinkCheck, parent: string, child: string, isStored: boolean): CheckProblem {
  const { parentType, field, childType, by } = link;
  const lister = `the "${parentType}" with id "${parent}", whose "${field}" lists it`;
  const message = isStored ? `"${by}" does not refer to ${lister}` : `is not there, for ${lister}`;
  return problem({ tenant, type: childType, id: child, field: by, message }, { type: parentType, id: parent });
}

function notAList({ tenant, link }: LinkCheck, id: string): CheckProblem {
  const { parentType, field } = link;
  return { kind: "link", tenant, type: parentType, id, field, message: `"${field}" is not a list of ids` };
}

function problem(where: Omit<CheckProblem, "kind" | "other">, other: RecordKey): CheckProblem {
  return { kind: "link", ...where, other };
}
