import { DummyDriver, Kysely } from "kysely";
import type { Dialect } from "kysely";

/** Tables come and go with the model, so they are known by name only. */
type Tables = Record<string, Record<string, unknown>>;

/** Builds and compiles statements; it has no connection, so it runs none. */
export type QueryBuilder = Kysely<Tables>;

/** A builder that qualifies every table with the schema, where there is one. */
export function queryBuilder(dialect: Omit<Dialect, "createDriver">, schema: string | undefined): QueryBuilder {
  const builder: QueryBuilder = new Kysely({
    dialect: {
      createAdapter: () => dialect.createAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => dialect.createIntrospector(database),
      createQueryCompiler: () => dialect.createQueryCompiler(),
    },
  });
  return schema === undefined ? builder : builder.withSchema(schema);
}
