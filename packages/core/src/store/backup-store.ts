import { createHash } from "node:crypto";
import { contentHash } from "../content-hash.ts";
import type { Writer } from "../driver.ts";
import type { StoredRecord } from "../record.ts";
import type { Deadline } from "./deadline.ts";
import { writerOf } from "./call-options.ts";
import { prepareFind } from "./read.ts";
import type { OpenStoreParts } from "./open-store.ts";

const pageRecords = 1_000;

/** Writes a value as a line, unless the call ends first. */
type Write = (value: unknown) => Promise<void>;

/**
 * Writes an archive of all tenants as of one moment: one line of JSON for the header, one for each record (tenant by
 * tenant, type by type, in insertion order), one for the trailer with the count and the SHA-256 over all content hashes.
 * Closes the stream, or aborts it where the archive is not whole: also where the call ends at its limits.
 */
export async function backupStore(
  parts: OpenStoreParts,
  to: WritableStream<string>,
  deadline: Deadline,
): Promise<void> {
  const writer = writerOf(to);
  const write: Write = (value) => deadline.until(writer.write(`${JSON.stringify(value)}\n`));
  try {
    await write({ holdfast: "archive", format: 1, layout: parts.layout });
    await write(
      await parts.driver.transaction("read", (reader) => writeRecords(parts, reader, write), deadline.signal),
    );
    await deadline.until(writer.close());
  } catch (thrown) {
    const aborted = writer.abort(thrown).catch(() => undefined);
    // A stream that takes nothing more would hold up the answer too.
    await deadline.until(aborted).catch(() => undefined);
    throw thrown;
  }
}

async function writeRecords(
  parts: OpenStoreParts,
  reader: Writer,
  write: Write,
): Promise<{ readonly records: number; readonly hash: string }> {
  const total = createHash("sha256");
  let records = 0;
  // Asked once the snapshot stands, so no type in it can be missing; one that came later is empty in it.
  for (const { tenant, type } of await (reader.stats?.() ?? parts.driver.stats())) {
    for await (const record of allRecords(parts, reader, tenant, type)) {
      records += 1;
      total.update(contentHash(record));
      await write({ record });
    }
  }
  return { records, hash: total.digest("hex") };
}

async function* allRecords(
  { layout, lift, maxDocumentBytes }: OpenStoreParts,
  reader: Writer,
  tenant: string,
  type: string,
): AsyncIterable<StoredRecord> {
  const scope = { tenant, layout, lift, maxDocumentBytes };
  let after: string | undefined;
  do {
    const query = { type, limit: pageRecords, ...(after === undefined ? {} : { after }) };
    const page = await prepareFind(scope, query)(reader);
    yield* page.records;
    after = page.next;
  } while (after !== undefined);
}
