import type { FieldValues, KeyState } from "@holdfast/core";
import type { CompiledModel } from "./compiled-model.ts";
import type { Entry } from "./entry.ts";

/** What a round has to know of a record that is there. Its fields are put together when they are asked for: few ops do. */
export class LiveKey implements Extract<KeyState, { kind: "live" }> {
  readonly kind = "live";
  readonly version: number;
  readonly created: number;
  readonly #model: CompiledModel;
  readonly #entry: Entry;

  constructor(model: CompiledModel, entry: Entry) {
    this.version = entry.record.version;
    this.created = entry.record.created;
    this.#model = model;
    this.#entry = entry;
  }

  get fields(): FieldValues {
    const { record, values } = this.#entry;
    return new Map(this.#model.typeOf(record.type).fields.map(({ name }, at) => [name, values[at] ?? null]));
  }
}
