import { parseArgs } from "node:util";

export interface Asked {
  /** A package, or a path from the folder that the process runs in. */
  readonly module: string;
  /** Of a fresh place, with `{name}` in it for a name that is another one each time. */
  readonly url: string | undefined;
  /** Only behaviours in whose theme or name this stands. */
  readonly filter: string | undefined;
  /** For one behaviour, in milliseconds. */
  readonly timeoutMs: number;
}

export const usage = `Usage: holdfast-conformance <module> [options]

Runs the suite that any Holdfast backend must pass, plainly and inside transactions, against the backend that a module
exports as "backend": a package, or a path such as ./src/index.ts.

  --url <url>       the URL of a fresh place, where {name} stands for a name that is another one each time, such as
                    "my-store:./tmp/{name}.db"; else the module's own "freshUrl()" is asked, else it is "<backend>:{name}"
  --filter <text>   only behaviours in whose theme or name this stands
  --timeout <ms>    for one behaviour [60000]
  --help

Exit codes: 0 every behaviour that is guaranteed is kept, 1 one is not, 2 usage, or the backend cannot be loaded or opened.`;

/** Undefined where only the usage is asked for; throws where the arguments make no sense. */
export function readArguments(given: readonly string[]): Asked | undefined {
  const { values, positionals } = parseArgs({
    args: [...given],
    options: {
      url: { type: "string" },
      filter: { type: "string" },
      timeout: { type: "string", default: "60000" },
      help: { type: "boolean", short: "h", default: false },
    },
    allowPositionals: true,
  });
  if (values.help) return undefined;
  const [module, ...others] = positionals;
  if (module === undefined || others.length > 0) throw new Error("name one module that exports a backend");
  const timeoutMs = Number(values.timeout);
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1)
    throw new Error(`--timeout is in milliseconds, not ${values.timeout}`);
  return { module, url: values.url, filter: values.filter, timeoutMs };
}
