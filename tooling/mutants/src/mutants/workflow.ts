import { own } from "../finders.ts";
import type { Mutant } from "../mutant.ts";

const home = "packages/repositories/src/workflow";
const testOf = (file: string, name: string) => own("@holdfast/repositories", file, name);

/** Of the work on jobs and cases. */
export const workflowMutants: readonly Mutant[] = [
  {
    name: "response-after-the-end",
    breaks: "a response moves its job along the lifecycle, or is refused",
    file: `${home}/job-changes.ts`,
    find: "if (status === now.status) return { patch };",
    replace: "if (status === now.status || now.finishedAt !== null) return { patch };",
    finder: testOf("workflow-operations", "of a status to which no event leads is refused, and nothing is written"),
  },
  {
    name: "nothing-is-no-price",
    breaks: "a case that is closed for nothing costs nothing",
    file: `${home}/case-changes.ts`,
    find: "finalCost ?? stepsCost",
    replace: "finalCost || stepsCost",
    finder: testOf("workflow-operations", "is closed for the price that is named, for nothing too"),
  },
  {
    name: "closed-and-still-pending",
    breaks: "a case that has ended has nothing left to do",
    file: `${home}/case-changes.ts`,
    find: "[...withoutPending(now.updates), finalStep",
    replace: "[...now.updates, finalStep",
    finder: testOf("scheduled-steps", "are cancelled when they are, and when their case ends"),
  },
  {
    name: "case-without-its-version",
    breaks: "of two steps that are added at once none is lost",
    file: `${home}/workflow-context.ts`,
    find: "return cases.save({ ...now, ...patch });",
    replace: "return cases.save({ ...now, ...patch, version: undefined });",
    finder: testOf("workflow-together", "ten who add steps to one case at once lose none"),
  },
  {
    name: "case-started-in-two",
    breaks: "a case that is started and its job's list are written in one transaction",
    file: `${home}/case-operations.ts`,
    find: "together(context, async (inside) => startCase(inside, draft, cause))",
    replace: "startCase(context, draft, cause)",
    finder: testOf("workflow-together", "starting a case that ends in the middle leaves nothing of it"),
  },
  {
    name: "other-zones-not-looked-at",
    breaks: "a step whose time names no zone is due by the zone that the workflow names",
    file: `${home}/due-steps.ts`,
    find: 'timeZone === "UTC" ? now : now + zoneMost',
    replace: "now",
    finder: testOf("scheduled-steps", "whose times name no zone keep their text"),
  },
  {
    name: "long-text-not-searched",
    breaks: "a search finds what is too long for an index",
    file: `${home}/search-jobs.ts`,
    find: "}, { searchText: null }] };",
    replace: '}, { searchText: "" }] };',
    finder: testOf("workflow-queries", "by parts of a description too, however long it is"),
  },
  {
    name: "derived-as-stored",
    breaks: "queries see what is derived from a document, whatever it says itself",
    file: "packages/core/src/document-fields.ts",
    find: "document.body : { ...document.body, ...derived }",
    replace: "document.body : document.body",
    finder: own("@holdfast/core", "derived-fields", "is what queries see"),
  },
];
