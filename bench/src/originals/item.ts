import { defineEntity, defineModel } from "@holdfast/core";
import { z } from "zod";

const Run = defineEntity({ name: "Run", schema: z.object({ runType: z.string() }) });

const schema = z.object({
  runId: z.string(),
  itemType: z.string(),
  title: z.string(),
  summary: z.string(),
  claims: z.array(z.object({ text: z.string(), confidence: z.number() })),
  evidence: z.array(z.string()),
  scores: z.record(z.string(), z.number()),
  riskFlags: z.array(z.string()),
  explainability: z.record(z.string(), z.string()),
  decision: z.string().nullable(),
  decisionReason: z.string().nullable(),
});
export type Item = z.output<typeof schema> & { readonly id: string };

/** What a run found out: the same fields, index and reference as the second original's table has. */
export const ItemEntity = defineEntity({
  name: "Item",
  schema,
  indexes: [["runId", "createdAt"]],
  references: { runId: { to: "Run", onDelete: "cascade" } },
});

export const itemModel = defineModel([Run, ItemEntity]);
export const runs = { entity: Run, one: { id: "run-1", runType: "daily" } };

/** About a kilobyte of JSON. */
function itemOf(id: string): Item {
  const words = `what ${id} says about the brand, `;
  return {
    id,
    runId: runs.one.id,
    itemType: "news",
    title: `Item ${id}`,
    summary: words.repeat(6),
    claims: Array.from({ length: 3 }, (_, at) => ({ text: `${words}claim ${at}`, confidence: 0.5 + at / 8 })),
    evidence: Array.from({ length: 4 }, (_, at) => `https://example.org/articles/${id}/${at}`),
    scores: { impact: 61.5, timeliness: 18, virality: 7.25, relevance: 22, confidence: 8 },
    riskFlags: ["unverified"],
    explainability: { impact: "two large outlets took it up", confidence: "one source only" },
    decision: "monitor",
    decisionReason: null,
  };
}

export function itemsOf(prefix: string, count: number): readonly Item[] {
  return Array.from({ length: count }, (_, at) => itemOf(`${prefix}-${at}`));
}
