/**
 * Whom a connection trusts. On this machine, over a Unix socket or to `localhost`, it is as the URL says, and plain where
 * it says nothing. To any other host it is encrypted and the server's certificate is checked for its signer and its
 * name, unless the URL itself gives that up. The words are those of pg 8, whose `prefer`, `require` and `verify-ca` all
 * mean `verify-full`; they keep that meaning here whatever a later pg makes of them.
 */
import { Client } from "pg";

const verified: ReadonlySet<string> = new Set(["prefer", "require", "verify-ca", "verify-full"]);
const chosen: ReadonlySet<string> = new Set(["disable", "no-verify"]);
/** What `ssl` takes, in the words of `sslmode`. */
const older: ReadonlyMap<string, string> = new Map([
  ["true", "verify-full"],
  ["1", "verify-full"],
  ["false", "disable"],
  ["0", "disable"],
  ["no-verify", "no-verify"],
]);

/** Says in a URL's parameters what the connection is to be like. Throws a sentence for what nobody can mean. */
export function secureParameters(base: string, given: URLSearchParams): URLSearchParams {
  const parameters = new URLSearchParams(given);
  const mode = sslMode(parameters) ?? (isNear(base, parameters) ? undefined : "verify-full");
  parameters.delete("ssl");
  if (mode !== undefined) parameters.set("sslmode", mode);
  return parameters;
}

function sslMode(parameters: URLSearchParams): string | undefined {
  const [mode, ssl] = [parameters.get("sslmode"), parameters.get("ssl")];
  if (mode !== null) {
    // libpq's own meaning, which pg has on demand, was asked for by name.
    if (parameters.get("uselibpqcompat") === "true" || chosen.has(mode)) return mode;
    if (verified.has(mode)) return "verify-full";
    throw new Error(`"sslmode" takes ${[...chosen, ...verified].join(", ")}`);
  }
  if (ssl === null) return undefined;
  const meant = older.get(ssl);
  if (meant === undefined) throw new Error(`"ssl" takes ${[...older.keys()].join(", ")}`);
  return meant;
}

/** Whether nobody can stand in between: pg says which host it would take, also where the URL names none. */
function isNear(base: string, parameters: URLSearchParams): boolean {
  const { host } = new Client({ connectionString: `${base}?${parameters.toString()}`, ssl: false });
  return host.startsWith("/") || host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}
