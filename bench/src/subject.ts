import type { BenchDocument } from "./document.ts";

export const storeNames = ["json", "sqlite", "postgres"] as const;
export type StoreName = (typeof storeNames)[number];

/** Whether documents have a status that only moves along, or are plain. */
export type Entity = "plain" | "lifecycle";

export interface PageRequest {
  readonly status: string;
  readonly limit: number;
  /** An earlier page's `next`. */
  readonly after?: string;
}

export interface PageAnswer {
  readonly documents: readonly object[];
  readonly next?: string | undefined;
}

/** @param onWritten told when all is stored, where something is done with it afterwards */
export type TakeOver = (onWritten: () => void) => Promise<void>;

/** One way of keeping documents. It has the calls that it can do; each is over when it is as durable as the system says. */
export interface Subject extends AsyncDisposable {
  /** Inserts, or replaces what stands at the id. */
  save?(document: BenchDocument): Promise<void>;
  /** All or none, in the cheapest way that there is. */
  saveMany?(documents: readonly BenchDocument[]): Promise<void>;
  get?(id: string): Promise<object | undefined>;
  /** Those of one parent; there are ten. */
  children?(parentId: string): Promise<readonly object[]>;
  /** Those of one status, the one changed last first. */
  page?(request: PageRequest): Promise<PageAnswer>;
  /** Moves a document to its next status, and fails where there is none. */
  transition?(id: string): Promise<void>;
  /** How many transitions the document has seen. */
  turns?(id: string): Promise<number>;
  /** Makes ready to take over all documents of another store of ours, by its URL; what it gives does it. */
  takeOver?(url: string): Promise<TakeOver>;
  /** Writes all documents into a file that is not there yet, and syncs it. */
  archive?(file: string): Promise<void>;
  count(): Promise<number>;
}

export const subjectCalls = [
  "save",
  "saveMany",
  "get",
  "children",
  "page",
  "transition",
  "turns",
  "takeOver",
  "archive",
  "count",
] as const;
export type SubjectCall = (typeof subjectCalls)[number];

/** What a write that is over survives, the strongest first. */
export const durabilities = ["power-loss", "process-crash"] as const;
export type Durability = (typeof durabilities)[number];

/** Where one subject keeps its things: a folder and a database of its own. */
export interface Place {
  readonly folder: string;
  /** Empty where the workload needs no server. */
  readonly databaseUrl: string;
  readonly entity: Entity;
}

export interface System {
  readonly name: string;
  readonly store: StoreName;
  readonly side: "ours" | "limit" | "peer";
  readonly durability: Durability;
  /** What one save is, for the table. */
  readonly means: string;
  /** More documents than this cannot be put in within a minute or two. @default no limit */
  readonly storedMost?: number;
  /** What distinguishes it from our repositories that sync. @default nothing */
  readonly variant?: "records" | "unsynced";
  /** Opens what is there, or makes it. */
  open(place: Place): Promise<Subject>;
  /** Opens what is there and reads one document, where that is not the same as `open` and `get`. */
  readFirst?(place: Place, id: string): Promise<AsyncDisposable>;
}
