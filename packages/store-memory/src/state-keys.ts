import type { DriverKey } from "@holdfast/core";
import type { CompiledModel } from "./compiled-model.ts";
import { encodeId, encodeValue, indexPrefix } from "./index-key.ts";

/** A record's `indexKey` by id, under which it is found. */
export function primaryKey(model: CompiledModel, { tenant, type, id }: DriverKey): string {
  return indexPrefix(model.typeOf(type).primary, tenant) + encodeId(id);
}

/** One text for one key, which sorts by type, tenant and id, as the saved form is ordered too. */
export function plainKey({ tenant, type, id }: DriverKey): string {
  return `${type}\0${tenant}\0${encodeId(id)}`;
}

/** One text for one change, which sorts by tenant and number. */
export function changeKey(tenant: string, change: number): string {
  return `${tenant}\0${encodeValue(change)}`;
}
