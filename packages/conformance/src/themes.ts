import type { Theme } from "./behaviour.ts";
import { aliasing } from "./suites/aliasing.ts";
import { archives } from "./suites/archives.ts";
import { batches } from "./suites/batches.ts";
import { changes } from "./suites/changes.ts";
import { contents } from "./suites/contents.ts";
import { counting } from "./suites/counting.ts";
import { errors } from "./suites/errors.ts";
import { expectations } from "./suites/expectations.ts";
import { following } from "./suites/following.ts";
import { forgetting } from "./suites/forgetting.ts";
import { holds } from "./suites/holds.ts";
import { hostileConditions } from "./suites/hostile-conditions.ts";
import { hostileDocuments } from "./suites/hostile-documents.ts";
import { hostileOptions } from "./suites/hostile-options.ts";
import { hostileQueries } from "./suites/hostile-queries.ts";
import { hostileTokens } from "./suites/hostile-tokens.ts";
import { hostileWrites } from "./suites/hostile-writes.ts";
import { indexedFields } from "./suites/indexed-fields.ts";
import { isolation } from "./suites/isolation.ts";
import { layout } from "./suites/layout.ts";
import { lifetime } from "./suites/lifetime.ts";
import { links } from "./suites/links.ts";
import { manyAtOnce } from "./suites/many-at-once.ts";
import { matching } from "./suites/matching.ts";
import { names } from "./suites/names.ts";
import { orders } from "./suites/orders.ts";
import { pageTokens } from "./suites/page-tokens.ts";
import { pages } from "./suites/pages.ts";
import { parentDeletes } from "./suites/parent-deletes.ts";
import { persistence } from "./suites/persistence.ts";
import { queryLimits } from "./suites/query-limits.ts";
import { readOnly } from "./suites/read-only.ts";
import { records } from "./suites/records.ts";
import { references } from "./suites/references.ts";
import { refusedValues } from "./suites/refused-values.ts";
import { restoring } from "./suites/restoring.ts";
import { savepoints } from "./suites/savepoints.ts";
import { serializability } from "./suites/serializability.ts";
import { sessions } from "./suites/sessions.ts";
import { sharing } from "./suites/sharing.ts";
import { sideBySide } from "./suites/side-by-side.ts";
import { stamps } from "./suites/stamps.ts";
import { tenants } from "./suites/tenants.ts";
import { timeLimits } from "./suites/time-limits.ts";
import { times } from "./suites/times.ts";
import { tombstones } from "./suites/tombstones.ts";
import { transactions } from "./suites/transactions.ts";
import { turns } from "./suites/turns.ts";
import { truth } from "./suites/truth.ts";
import { uniqueness } from "./suites/uniqueness.ts";
import { values } from "./suites/values.ts";
import { wholeStore } from "./suites/whole-store.ts";

/** All that the suite asks, in the order of the contract. */
export const themes: readonly Theme[] = [
  records,
  expectations,
  matching,
  restoring,
  batches,
  hostileWrites,
  values,
  refusedValues,
  hostileDocuments,
  aliasing,
  names,
  indexedFields,
  uniqueness,
  references,
  parentDeletes,
  links,
  truth,
  times,
  orders,
  pages,
  pageTokens,
  contents,
  counting,
  queryLimits,
  hostileConditions,
  hostileQueries,
  hostileTokens,
  stamps,
  transactions,
  savepoints,
  sessions,
  readOnly,
  timeLimits,
  hostileOptions,
  isolation,
  serializability,
  manyAtOnce,
  turns,
  changes,
  following,
  forgetting,
  holds,
  tenants,
  wholeStore,
  archives,
  tombstones,
  errors,
  lifetime,
  persistence,
  layout,
  sideBySide,
  sharing,
];
