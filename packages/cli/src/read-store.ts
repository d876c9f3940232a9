import { openStore, shownUrl } from "@holdfast/connect";
import { HoldfastError, timestampText, type Store, type StoredRecord } from "@holdfast/core";

import { nearName } from "./near-name.ts";
import { withoutSecretValues } from "./without-secret-values.ts";

/** What the commands that look into a store are given beside its URL. */
export interface ReadArguments {
  readonly tenant?: string;
  readonly secrets?: true;
  readonly json?: true;
}

/** Opens a store to read, calls `read` with the view of the tenant, and closes the store. */
export async function readStore<T>(
  url: string,
  { tenant, signal }: { readonly tenant: string | undefined; readonly signal: AbortSignal },
  read: (store: Store) => Promise<T>,
): Promise<T> {
  await using opened = await openStore(url, { access: "read", signal });
  const view = tenant === undefined ? opened : opened.tenant(tenant);
  return await read(view.within({ signal }));
}

/** Refuses a text that can be the name of no tenant, as the store does. */
export function checkTenant(store: Store, tenant: string | undefined): void {
  if (tenant !== undefined) store.tenant(tenant);
}

/** NOT_FOUND for a type that the model of no program has, and of which there is no record: it may be misspelled. */
export async function requireType(store: Store, type: string): Promise<void> {
  const declared = store.layout.types.map((each) => each.type);
  if (declared.includes(type)) return;
  const { types } = await store.stats();
  const stored = types.filter(({ tenant }) => tenant === store.tenantName).map((each) => each.type);
  if (stored.includes(type)) return;
  const known = [...new Set([...declared, ...stored])].sort();
  const near = nearName(type, known);
  const hint = known.length === 0 ? "it has none" : `it has ${known.join(", ")}`;
  const next =
    near === undefined
      ? "`holdfast stats` shows the types of all tenants"
      : `write ${near}, if that is the type you mean`;
  throw new HoldfastError(`the store has no type ${JSON.stringify(type)}; ${hint}`, {
    code: "NOT_FOUND",
    details: { type, next },
  });
}

/** A record, as arguments name it. */
export interface RecordPlace {
  readonly url: string;
  readonly type: string;
  readonly id: string;
}

export function noRecord({ tenantName }: Store, { url, type, id }: RecordPlace): HoldfastError {
  const tenant = tenantName === defaultTenant ? "" : ` --tenant ${tenantName}`;
  return new HoldfastError(`there is no ${type} ${JSON.stringify(id)} (tenant ${tenantName})`, {
    code: "NOT_FOUND",
    details: { type, id, next: `holdfast list ${shownUrl(url)} ${type}${tenant} shows those that are there` },
  });
}

const defaultTenant = "default";

/** A record with its times as text, and its secrets where they were asked for. */
export function shownRecord(record: StoredRecord, { secrets }: ReadArguments): object {
  const { created, updated, body, ...rest } = record;
  const shown = secrets === true ? body : withoutSecretValues(body);
  return { ...rest, created: timestampText(created), updated: timestampText(updated), body: shown };
}
