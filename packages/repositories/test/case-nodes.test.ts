import {
  Case,
  caseNodeTypes,
  defineCaseNodes,
  Job,
  redacted,
  redaction,
  repository,
  workflowModel,
} from "@holdfast/repositories";
import { openStore } from "@holdfast/connect";
import { HoldfastError } from "@holdfast/core";
import { describe, expect, test } from "vitest";

const nodes = defineCaseNodes([
  { name: "read", type: "status_update", factory: ({ page = 1 }) => ({ reading: page }) },
  { name: "ask", type: "human_in_the_loop", description: "asks which", canBeConfirmed: true },
  { name: "deliver", type: "delivery" },
]);

describe("the nodes of a case", () => {
  test("are of one of twelve types, and have what they were declared with", () => {
    expect(caseNodeTypes).toHaveLength(12);
    expect(nodes.nodes).toEqual([
      { name: "read", type: "status_update", description: "", canBeConfirmed: false },
      { name: "ask", type: "human_in_the_loop", description: "asks which", canBeConfirmed: true },
      { name: "deliver", type: "delivery", description: "", canBeConfirmed: false },
    ]);
    expect(nodes.get("ask")?.type).toBe("human_in_the_loop");
    expect(nodes.get("toString")).toBeUndefined();
  });

  test("are counted from 1, or from where one wants", () => {
    expect(nodes.index("deliver")).toBe(3);
    expect(nodes.index("deliver", 0)).toBe(2);
    expect(() => nodes.index("nothing" as "ask")).toThrow(expect.objectContaining({ code: "NOT_FOUND" }));
  });

  test("make what their steps carry, where they have a factory", () => {
    expect(nodes.payload("read", { page: 3 })).toEqual({ reading: 3 });
    expect(nodes.payload("read")).toEqual({ reading: 1 });
    expect(() => nodes.payload("ask")).toThrow(expect.objectContaining({ code: "INVALID_CONFIG" }));
  });

  test("make steps, which replace another where they name it", () => {
    expect(nodes.makeUpdate("ask", { question: "which?" })).toEqual({
      index: 2,
      upsert: false,
      name: "ask",
      payload: { question: "which?" },
      cost: 0,
      isFinal: false,
    });
    expect(nodes.makeUpdate("deliver", null, { cost: 2, isFinal: true, upsertTo: "read" })).toMatchObject({
      index: 1,
      upsert: true,
      name: "deliver",
      cost: 2,
      isFinal: true,
    });
  });

  test("have names of their own", () => {
    const twice = [
      { name: "a", type: "chat" },
      { name: "a", type: "info" },
    ] as const;
    expect(() => defineCaseNodes(twice)).toThrow(HoldfastError);
  });
});

describe("what is shown of a job and a case", () => {
  test("has no keys and no values of parameters, and is a copy", () => {
    const agentParameters = [{ name: "KEY", value: "sk_1", is_secret: true, team_id: 4, note: null }];
    const job = { id: "j", agentParameters };
    expect(redacted(job)).toEqual({
      id: "j",
      agentParameters: [{ name: "KEY", value: redaction, is_secret: true, team_id: redaction, note: null }],
    });
    expect(agentParameters[0]?.value).toBe("sk_1");
    const account = { workspaceId: "w", apiKey: "sk_2", apiUrl: "https://example.test" };
    expect(redacted({ account, name: "a" })).toEqual({ account: { ...account, apiKey: redaction }, name: "a" });
    expect(redacted({ account: null, agentParameters: null })).toEqual({ account: null, agentParameters: null });
  });

  test("is not in errors either", async () => {
    await using store = await openStore("memory:", { model: workflowModel });
    const account = JSON.parse('{"workspaceId":5,"apiKey":"sk_hidden","apiUrl":["sk_hidden"]}') as { workspaceId: "" };
    const draft = { jobId: "j", name: "a", account };
    const error: unknown = await repository(Case, store)
      .create(draft)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "INVALID_ENTITY" });
    expect(String(error) + JSON.stringify(error)).not.toContain("sk_hidden");
    const agentParameters = JSON.parse('["sk_hidden"]') as [];
    const other = repository(Job, store).create({ name: "a", agentName: "b", agentParameters });
    expect(JSON.stringify(await other.catch((thrown: unknown) => [String(thrown), thrown]))).not.toContain("sk_hidden");
  });
});
