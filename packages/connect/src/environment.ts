import { HoldfastError } from "@holdfast/core";

/** The variables that choose a store where the program names none. An empty one counts as not set. */
export interface StoreEnvironment {
  readonly HOLDFAST_STORE?: string | undefined;
  readonly HOLDFAST_ENV?: string | undefined;
  readonly NODE_ENV?: string | undefined;
}

const urls: ReadonlyMap<string, string> = new Map([
  ["production", "json:./data/entities.json"],
  ["development", "json:./dev_data/entities.json"],
  ["test", "json:./test_data/entities.json"],
]);

/**
 * The URL of the store that the environment asks for: HOLDFAST_STORE, else a JSON file in `./data`, `./dev_data` or
 * `./test_data` by HOLDFAST_ENV, or by NODE_ENV where that is not set either; development where neither is. Any other
 * name of an environment is INVALID_CONFIG, so that a slip of the pen never writes beside the real data.
 */
export function defaultUrl(environment: StoreEnvironment): string {
  const named = filled(environment.HOLDFAST_STORE);
  if (named !== undefined) return named;
  const variable = filled(environment.HOLDFAST_ENV) === undefined ? "NODE_ENV" : "HOLDFAST_ENV";
  const name = filled(environment[variable]) ?? "development";
  const url = urls.get(name);
  if (url !== undefined) return url;
  throw new HoldfastError(
    `${variable} is "${name}", and only ${[...urls.keys()].join(", ")} have a store by default: set HOLDFAST_STORE to a URL`,
    { code: "INVALID_CONFIG", details: { variable, value: name } },
  );
}

function filled(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
