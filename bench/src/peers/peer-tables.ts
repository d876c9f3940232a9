/** What somebody writes who keeps documents in a table: as many indexes as the queries need, and no more. */
export const peerTables = (documentType: "text" | "json"): readonly string[] => [
  `create table if not exists documents (id text primary key, version bigint not null, created_at bigint not null,
    updated_at bigint not null, parent_id text not null, status text not null, body ${documentType} not null)`,
  "create index if not exists documents_parent on documents (parent_id)",
  "create index if not exists documents_status on documents (status, updated_at desc, id desc)",
];
