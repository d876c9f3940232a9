import { HoldfastError } from "@holdfast/core";
import type { Query, RecordPage, StoredRecord, StoreSession } from "@holdfast/core";

import type { InvalidEntity } from "./repository-types.ts";

/**
 * A page of records. The store refuses a whole page for one document that cannot be read; where such ones are to be
 * reported, the page is read again without documents, and then one document after another.
 */
export async function readPage(
  session: Pick<StoreSession, "find" | "get">,
  query: Query,
  onInvalid: "fail" | "report",
  invalid: InvalidEntity[],
): Promise<RecordPage> {
  try {
    return await session.find(query);
  } catch (error) {
    if (onInvalid === "fail" || !isOfOneRecord(error)) throw error;
  }
  const page = await session.find({ ...query, omit: "body" });
  const records: StoredRecord[] = [];
  for (const { id } of page.records) {
    try {
      const [record] = await session.get(query.type, [id]);
      if (record !== undefined) records.push(record);
    } catch (error) {
      if (!isOfOneRecord(error)) throw error;
      invalid.push({ id, error });
    }
  }
  return { ...page, records };
}

function isOfOneRecord(error: unknown): error is HoldfastError {
  return HoldfastError.is(error, "STORE_CORRUPT") && error.details["id"] !== undefined;
}
