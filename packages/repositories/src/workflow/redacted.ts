import type { Case } from "./case.ts";
import type { Job } from "./job.ts";
import type { JsonObject, JsonValue } from "@holdfast/core";

/** What stands where a secret stood. */
export const redaction = "[redacted]";

/** What of a job and a case may hold secrets. */
type Secretive = Partial<Pick<Job, "agentParameters"> & Pick<Case, "account">>;

/**
 * A copy to show and to log: without the key of the account, and without the values of the parameters of the agent, of
 * which their `name` and whether they are secret (`is_secret`, `isSecret`) stay. Payloads and metadata are not looked
 * into. What it gives is not for saving.
 */
export function redacted<T extends Secretive>(entity: T): T {
  const { agentParameters, account } = entity;
  return {
    ...entity,
    ...(agentParameters && { agentParameters: agentParameters.map(withoutValues) }),
    ...(account && { account: { ...account, apiKey: account.apiKey === null ? null : redaction } }),
  };
}

const shown: ReadonlySet<string> = new Set(["name", "is_secret", "isSecret"]);

function withoutValues(parameter: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(parameter).map(([field, value]): [string, JsonValue] => [
      field,
      shown.has(field) || value === null ? value : redaction,
    ]),
  );
}
