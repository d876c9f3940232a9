/** The backends that Holdfast brings, by the scheme of their URLs: the one place that lists them. */

export interface KnownBackend {
  /** The package that exports `backend`. */
  readonly module: string;
  /** A URL to show in messages. */
  readonly example: string;
  /** The names that its files mostly have. */
  readonly files?: RegExp;
}

const postgres: KnownBackend = { module: "@holdfast/store-postgres", example: "postgres://user@host/database" };

export const knownBackends: ReadonlyMap<string, KnownBackend> = new Map([
  ["memory", { module: "@holdfast/store-memory", example: "memory:" }],
  ["json", { module: "@holdfast/store-json", example: "json:./data/entities.json", files: /\.json$/i }],
  ["sqlite", { module: "@holdfast/store-sqlite", example: "sqlite:./data/app.db", files: /\.(?:db|sqlite3?)$/i }],
  ["postgres", postgres],
  ["postgresql", postgres],
]);

/** One example for each backend, for a sentence: `memory:, json:./data/entities.json, …`. */
export function exampleUrls(): string {
  return [...new Set([...knownBackends.values()].map(({ example }) => example))].join(", ");
}

/** The scheme that a file of this name is probably meant for. */
export function likelyScheme(fileName: string): string | undefined {
  return [...knownBackends].find(([, { files }]) => files?.test(fileName) === true)?.[0];
}
