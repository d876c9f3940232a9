import { readingBugs } from "./reading-bugs.ts";
import type { SeededBug } from "./seeded-bug.ts";
import { transactionBugs } from "./transaction-bugs.ts";
import { writingBugs } from "./writing-bugs.ts";

export const seededBugs: readonly SeededBug[] = [...readingBugs, ...writingBugs, ...transactionBugs];
