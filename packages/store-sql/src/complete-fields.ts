import { documentFields, parseBody } from "@holdfast/core";
import type { DocumentFields, FieldValues, RecordText } from "@holdfast/core";

import type { SqlContext } from "./sql-context.ts";
import type { Table } from "./tables.ts";

const noFields: FieldValues = new Map();

/**
 * The values of every column of a table. A writer whose own model lacks some, or knows another form of the document
 * than the stored model speaks of, takes them from the document.
 */
export function completeFields(
  { lift }: SqlContext,
  { layout, fields: columns }: Table,
  record: RecordText,
  fields: FieldValues = noFields,
): DocumentFields {
  const isNewest = layout === undefined || record.documentVersion >= layout.schemaVersion;
  if (isNewest && columns.every(({ field }) => fields.has(field))) return { fields, isOutdated: false };
  return documentFields(layout, lift, { ...record, body: parseBody(record) });
}
