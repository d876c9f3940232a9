/** The store, without its password. */
const store = "the store's URL, without a password";
const from = "the source's URL, without a password";
const to = "the target's URL, without a password";
const next = "the token for `--after`, or null";

const compared = {
  equal: "whether both hold the same records, versions and times included",
  types: "`{ tenant, type, count, hash }` of each",
  sourceRecords: "records of the source",
  targetRecords: "records of the target",
  sourceHash: "the hash of all records of the source",
  targetHash: "the hash of all records of the target",
  differing: "how many records differ",
  differences: "the first of them: `{ tenant, type, id, kind, fields }`",
  tombstones: "deletes that each knows of, `{ source, target, differing }`: no matter of being equal",
  rangesCompared: "how many key ranges were compared",
  ranges: "those that differ: `{ tenant, type, after, upTo, sourceRecords, targetRecords }`",
  milliseconds: "how long it took",
};

/** What the JSON of each command holds, and what it means. A name that ends in `?` may be absent. Fields are only ever added. */
export const jsonFields: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  list: { store, type: "the type", records: "the records, as `show` has them", next },
  show: {
    store,
    record: "`{ type, tenant, id, version, documentVersion, created, updated, body }`",
  },
  history: {
    store,
    type: "the record's type",
    id: "the record's id",
    tenant: "the record's tenant",
    version: "the record's version, or null where it was deleted",
    kept: "whether a lifecycle of the store keeps a history",
    steps: "`{ at, version, event, from, to, by, reason }` of each",
    next,
  },
  count: { store, counts: "`{ type, records }` of each type" },
  stats: {
    store,
    backend: "its name",
    guarantees: "`{ isolation, writers, durability, staleReads, hints }`",
    records: "all that there are",
    tombstones: "all that there are",
    types: "`{ tenant, type, records, tombstones }` of each",
    holds: "for whom tombstones are kept: `{ tenant, name, expires }`, in microseconds",
  },
  check: {
    store,
    ok: "whether nothing was found",
    problems: "`{ kind, message, advice, type?, tenant?, id?, field?, other? }` of each",
  },
  backup: {
    store,
    file: "the new file",
    records: "records in it",
    tombstones: "tombstones in it",
    hash: "the hash of all records",
    bytes: "its size, unpacked",
    gzip: "whether it is compressed",
    encrypted: "whether it is encrypted",
    counts: "`{ tenant, type, records, tombstones }` of each",
  },
  copy: {
    from,
    to,
    ...compared,
    written: "records that were written",
    deletes: "tombstones that were written",
    quarantined: "records that the target refused",
  },
  export: {
    store,
    to: "the new file, as it was named",
    tenant: "the tenant that was exported",
    tables: "`{ table, records }` of each",
    problems: "what has no place there: `{ kind, table, row, id, path, reason }`",
  },
  import: {
    from: "the file, as it was named",
    "to?": to,
    tables: "`{ table, type, rows, taken, changed, refused }` of each",
    "written?": "records that were written",
    "unchanged?": "records that were there already",
    problems: "`{ kind, table, row, id, path, reason }` of each; with `--values` also `was` and `became`",
  },
  layout: {
    store,
    "statements?": "with `--print`: the SQL, a statement each",
    "dropped?": "with `--prune`: what was dropped",
    "kept?": "with `--prune`: types that hold records, and so stay",
  },
  plan: {
    from,
    to,
    targetMissing: "why there is no target yet, or null",
    ok: "whether nothing stands in the way",
    collections: "`{ tenant, type, records, bytes, inTarget }` of each",
    records: "records to copy",
    tombstones: "tombstones to copy",
    bytes: "the size of all documents",
    added: "what the target's model will have that it lacks now",
    beyond: "what only the target's model has",
    estimatedSeconds: "about how long a copy takes",
    found: "how many problems there are",
    blocking: "how many of them a copy would fail for",
    problems: "the first of them: `{ kind, type, tenant, id, message }`",
  },
  recover: {
    store,
    outcome: "`whole`, `complete` or `partial`",
    records: "records that are there now",
    tombstones: "tombstones that are there now",
    unproven: "how many of both could not be proven whole",
    lost: "`{ path, line, offset, reason }` of each part that could not be recovered",
    kept: "the names under which damaged files are kept",
  },
  restore: {
    store,
    archive: "what is in the archive, as of `backup`",
    into: "`empty`, `resumed` or `replaced`",
    written: "records that were written",
    raised: "records with a higher version than in the archive",
    equal: "whether the store is as the archive",
    differences: "the first that differ: `{ tenant, type, id, kind }`",
    "differing?": "how many records differ",
    "safetyCopy?": "where the contents that were replaced are kept",
  },
  verify: { from, to, ...compared },
};

/** What it holds instead where the command failed, of any command. */
export const errorFields: Readonly<Record<string, string>> = {
  code: "the error's code, or null for a failure that nobody expected",
  message: "what went wrong",
  details: "plain data about it",
  next: "what to do now",
};
