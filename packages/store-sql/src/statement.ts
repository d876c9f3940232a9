import { createHash } from "node:crypto";

import { sql } from "kysely";
import type { RawBuilder } from "kysely";

/** A statement as a connection runs it. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Stands for the text where a connection may keep it prepared, and its plan with it. */
  readonly name?: string;
  /** Rows that follow the statement, as the dialect's `rows.stream` writes them. Only for a connection that takes them. */
  readonly input?: string;
}

class Slot {
  readonly at: number;
  constructor(at: number) {
    this.at = at;
  }
}

/** Where a template takes the value at this place of those that it is bound to. */
export function slot<T>(at: number): RawBuilder<T> {
  return sql<T>`${new Slot(at)}`;
}

/** A statement that is compiled once and bound often: compiling costs more than most of the statements themselves. */
export class Template {
  readonly #sql: string;
  readonly #name: string | undefined;
  readonly #parameters: readonly unknown[];

  /** `isKept`: whether it may stay prepared. */
  constructor(compiled: Statement, isKept = true) {
    this.#sql = compiled.sql;
    this.#name = isKept
      ? `holdfast_${createHash("sha256").update(compiled.sql).digest("hex").slice(0, 32)}`
      : undefined;
    this.#parameters = compiled.parameters;
  }

  /** For values that do not change how the statement is best run. */
  bind(values: readonly unknown[]): Statement {
    const parameters = this.#parametersOf(values);
    return this.#name === undefined ? { sql: this.#sql, parameters } : { sql: this.#sql, parameters, name: this.#name };
  }

  /** For lists, which may be of one value or of thousands. */
  bindAnew(values: readonly unknown[]): Statement {
    return { sql: this.#sql, parameters: this.#parametersOf(values) };
  }

  #parametersOf(values: readonly unknown[]): readonly unknown[] {
    return this.#parameters.map((each) => (each instanceof Slot ? values[each.at] : each));
  }
}

/** Forms of queries that are kept for what they are about, and characters that a form may have to be kept. */
const keptMost = 500;
/** Those of them that may stay prepared, on each connection for as long as it lasts: the first ones. */
const preparedMost = 100;
const formMost = 4_000;

/** The templates that were compiled so far, by what they are about: kept as long as that. */
export class Templates {
  readonly #templates = new WeakMap<object, Map<string, Template>>();

  get(about: object, name: string, compile: () => Statement): Template {
    if (name.length > formMost) return new Template(compile(), false);
    let own = this.#templates.get(about);
    if (own === undefined) this.#templates.set(about, (own = new Map<string, Template>()));
    let template = own.get(name);
    if (template !== undefined) return template;
    const [oldest] = own.size >= keptMost ? own.keys() : [];
    if (oldest !== undefined) own.delete(oldest);
    own.set(name, (template = new Template(compile(), own.size < preparedMost)));
    return template;
  }
}
