import type { Query, Store } from "@holdfast/core";

const limit = 1_000;
const onward = { after: "next", before: "previous" } as const;

interface Walk {
  /** How many records the pages had. */
  readonly seen: number;
  /** What led to each page but the first. */
  readonly tokens: readonly string[];
  /** What leads from the last page to those before. */
  readonly previous: string | undefined;
}

/** Goes through the pages of a query, from a token on or from the start. */
export async function walkPages(store: Store, query: Query, way: keyof typeof onward, from?: string): Promise<Walk> {
  const tokens: string[] = [];
  let seen = 0;
  for (let token = from; ;) {
    const page = await store.find({ ...query, limit, ...(token === undefined ? {} : { [way]: token }) });
    seen += page.records.length;
    token = page[onward[way]];
    if (token === undefined) return { seen, tokens, previous: page.previous };
    tokens.push(token);
  }
}
