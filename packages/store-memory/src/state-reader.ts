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
import { countMatches, countValues, findPage } from "./select.ts";
import type { State } from "./state.ts";

/** Reads whatever state is the reader's at the time of the call, to the end of the call. */
export abstract class StateReader implements Reader {
  protected abstract view(): Promise<State> | State;

  async get(tenant: string, type: string, ids: readonly string[]): Promise<readonly (RecordText | undefined)[]> {
    const state = await this.view();
    return ids.map((id) => state.get({ tenant, type, id })?.record);
  }

  async find(tenant: string, query: DriverQuery): Promise<readonly FoundRecord[]> {
    return findPage(await this.view(), tenant, query);
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
}
