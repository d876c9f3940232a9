import { openPostgresStore } from "@holdfast/store-postgres";
import { Client } from "pg";

import { largeModel, statuses } from "./entities.ts";

/** Of the text in each document: too little to be compressed or to be kept elsewhere. */
const textBytes = 200;

/** Fills a new schema with so many items, as the store would have left them, by one statement on the server. */
export async function loadItems(serverUrl: string, schema: string, count: number): Promise<void> {
  await using store = await openPostgresStore(`${serverUrl}&schema=${schema}`, { model: largeModel });
  await store.count("Item");
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`set search_path = "${schema}"`);
    await client.query({ text: filling, values: [count, textBytes, statuses] });
    await client.query('analyze "Item"');
  } finally {
    await client.end();
  }
}

const filling = `
  insert into "Item" (_tenant, _id, _version, _document_version, _created, _updated, _change, _body, status, rank)
  select 'default', 'item-' || lpad(rank::text, 9, '0'), 1, 1, 1e15::bigint + rank, 1e15::bigint + rank,
    pg_current_xact_id(),
    ('{"status":"status-' || rank % $3 || '","rank":' || rank || ',"text":"' || repeat('x', $2) || '"}')::json,
    'status-' || rank % $3, rank
  from generate_series(1, $1::int) as rank`;
