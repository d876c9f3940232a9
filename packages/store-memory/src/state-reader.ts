import type {
  Condition,
  DriverQuery,
  FoundRecord,
  Reader,
  RecordText,
  Scalar,
  Tombstone,
  TypeStats,
} from "@holdfast/core";
import { ParsedDocuments } from "./parsed-documents.ts";
import { countMatches, countValues, findPage } from "./select.ts";
import type { State } from "./state.ts";

/** Larger pages are taken for a walk through all records, which are not read again soon. */
const keptPageMost = 128;

/** Reads whatever state is the reader's at the time of the call, to the end of the call. */
export abstract class StateReader implements Reader {
  protected readonly documents: ParsedDocuments;

  constructor(documents: ParsedDocuments = new ParsedDocuments()) {
    this.documents = documents;
  }

  protected abstract view(): Promise<State> | State;

  async get(tenant: string, type: string, ids: readonly string[]): Promise<readonly (RecordText | undefined)[]> {
    return this.recordsIn(await this.view(), tenant, type, ids);
  }

  protected recordsIn(
    state: State,
    tenant: string,
    type: string,
    ids: readonly string[],
  ): readonly (RecordText | undefined)[] {
    const isKept = ids.length <= keptPageMost;
    return ids.map((id) => {
      const entry = state.get({ tenant, type, id });
      return entry === undefined ? undefined : this.#told(entry.record, isKept);
    });
  }

  async find(tenant: string, query: DriverQuery): Promise<readonly FoundRecord[]> {
    const found = await findPage(await this.view(), tenant, query);
    if (query.omitBody) return found;
    const isKept = found.length <= keptPageMost;
    return found.map(({ record, place }) => ({ record: this.#told(record, isKept), place }));
  }

  async count(tenant: string, type: string, where: Condition): Promise<number> {
    return countMatches(await this.view(), tenant, type, where);
  }

  async countBy(tenant: string, type: string, field: string, where: Condition): Promise<ReadonlyMap<Scalar, number>> {
    return countValues(await this.view(), tenant, type, field, where);
  }

  async stats(): Promise<readonly TypeStats[]> {
    return (await this.view()).stats();
  }

  async tombstones(
    tenant: string,
    type: string,
    after: string | undefined,
    limit: number,
  ): Promise<readonly Tombstone[]> {
    const found: Tombstone[] = [];
    for (const { tombstone } of (await this.view()).buriedBehind(tenant, type, after)) {
      if (found.length === limit) break;
      found.push(tombstone);
    }
    return found;
  }

  #told(record: RecordText, isKept: boolean): RecordText {
    return isKept ? this.documents.keep(record) : this.documents.look(record);
  }
}
