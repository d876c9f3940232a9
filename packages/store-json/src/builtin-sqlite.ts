import type * as nodeSqlite from "node:sqlite";

let loaded: typeof nodeSqlite | undefined;

/** Node's own SQLite, without the warning that Node 22 gives when it is first used. All other warnings are given. */
export function builtinSqlite(): typeof nodeSqlite {
  loaded ??= withoutSqliteWarning(() => process.getBuiltinModule("node:sqlite"));
  return loaded;
}

function withoutSqliteWarning<T>(load: () => T): T {
  const give = Object.getOwnPropertyDescriptor(process, "emitWarning");
  const giveOthers = process.emitWarning.bind(process);
  process.emitWarning = (warning: string | Error, ...more: unknown[]): void => {
    const isAboutSqlite = more[0] === "ExperimentalWarning" && String(warning).startsWith("SQLite ");
    if (!isAboutSqlite) Reflect.apply(giveOthers, process, [warning, ...more]);
  };
  try {
    return load();
  } finally {
    if (give === undefined) Reflect.deleteProperty(process, "emitWarning");
    else Object.defineProperty(process, "emitWarning", give);
  }
}
