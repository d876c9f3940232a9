import { HoldfastError } from "@holdfast/core";
import type { StepDraft } from "./case-steps.ts";
import type { JsonObject } from "@holdfast/core";

/** What kind of thing a step is. */
export const caseNodeTypes = [
  "chat",
  "trigger",
  "notification",
  "status_update",
  "intermediary_delivery",
  "human_in_the_loop",
  "deliverable",
  "validation",
  "delivery",
  "error",
  "warning",
  "info",
] as const;
export type CaseNodeType = (typeof caseNodeTypes)[number];

/** One of the steps that an agent's cases can have, declared beforehand; never stored. */
export interface CaseNode<N extends string = string> {
  readonly name: N;
  readonly type: CaseNodeType;
  /** Makes what a step of this node carries. */
  readonly factory?: (input: JsonObject) => JsonObject;
  /** @default "" */
  readonly description?: string;
  /** Whether people may confirm it. @default false */
  readonly canBeConfirmed?: boolean;
}

export interface NodeUpdateOptions<N extends string> {
  /** @default 0 */
  readonly cost?: number;
  /** @default false */
  readonly isFinal?: boolean;
  /** The node whose step is replaced. @default none: a step is added */
  readonly upsertTo?: N;
}

export interface CaseNodes<N extends string> {
  readonly nodes: readonly Required<Omit<CaseNode<N>, "factory">>[];
  get(name: string): CaseNode<N> | undefined;
  /** Its place among the nodes, counted from `start`. NOT_FOUND. @default 1 */
  index(name: N, start?: number): number;
  /** What a step of the node carries, made by its factory. NOT_FOUND; INVALID_CONFIG for a node without a factory. */
  payload(name: N, input?: JsonObject): JsonObject;
  /** A step for `updateCase`, with the index of its node, or of the one that it replaces. NOT_FOUND. */
  makeUpdate(name: N, payload: JsonObject | null, options?: NodeUpdateOptions<N>): StepDraft;
}

/** Declares the steps that an agent's cases can have. INVALID_CONFIG for a name that stands twice. */
export function defineCaseNodes<const N extends string>(declared: readonly CaseNode<N>[]): CaseNodes<N> {
  const names = declared.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new HoldfastError(`the node "${twice}" is declared twice`, { code: "INVALID_CONFIG" });
  }
  const index = (name: N, start = 1): number => nodeIndex(names, name) + start;
  return {
    nodes: declared.map(({ name, type, description = "", canBeConfirmed = false }) => ({
      name,
      type,
      description,
      canBeConfirmed,
    })),
    get: (name) => declared.find((node) => node.name === name),
    index,
    payload: (name, input = {}) => made(declared[nodeIndex(names, name)], input),
    makeUpdate: (name, payload, { cost = 0, isFinal = false, upsertTo } = {}) => ({
      index: index(upsertTo ?? name),
      upsert: upsertTo !== undefined,
      name,
      payload,
      cost,
      isFinal,
    }),
  };
}

function nodeIndex(names: readonly string[], name: string): number {
  const at = names.indexOf(name);
  if (at !== -1) return at;
  throw new HoldfastError(`there is no node "${name}"`, { code: "NOT_FOUND", details: { name } });
}

function made(node: CaseNode | undefined, input: JsonObject): JsonObject {
  if (node?.factory !== undefined) return node.factory(input);
  throw new HoldfastError(`the node "${node?.name}" has no factory to make a step with`, { code: "INVALID_CONFIG" });
}
