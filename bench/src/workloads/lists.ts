import { childrenOfOne, parentOf, statuses } from "../document.ts";
import type { Bench } from "../run/bench.ts";
import type { PageAnswer } from "../subject.ts";
import { called } from "./called.ts";
import { repeated } from "../run/loops.ts";
import { timed } from "./timed.ts";
import type { Round, Size, Workload } from "./workload.ts";

const status = statuses[1];
const limit = 50;
const leap = 10_000;

/** W5 and W6: the children of a parent, and a page by status, first and deep within. */
export function lists({ many }: Size): readonly Workload[] {
  const shared = { entity: "plain", unit: "/s", stored: many, operations: 5_000 } as const;
  return [
    {
      ...shared,
      key: "w5",
      title: `${childrenOfOne} children of one parent`,
      needs: ["children"],
      prepare: async (bench) => {
        const children = called(bench.subject, "children");
        const read = async (): Promise<void> => expectCount(await children(parentOf(fullParent(bench))), childrenOfOne);
        return (operations) => timed(operations, () => repeated(operations, read));
      },
    },
    {
      ...shared,
      key: "w6",
      title: `page of ${limit} by status, newest first`,
      needs: ["page"],
      prepare: async (bench) => {
        const page = called(bench.subject, "page");
        const read = async (): Promise<void> => expectCount((await page({ status, limit })).documents, limit);
        return (operations) => timed(operations, () => repeated(operations, read));
      },
    },
    {
      ...shared,
      key: "w6deep",
      title: "the same in the middle",
      needs: ["page"],
      beside: "the first page",
      prepare: deep,
    },
  ];
}

async function deep(bench: Bench): Promise<Round> {
  const page = called(bench.subject, "page");
  const after = await middle(bench);
  const first = async (): Promise<void> => expectCount((await page({ status, limit })).documents, limit);
  const later = async (): Promise<void> => expectCount((await page({ status, limit, after })).documents, limit);
  return async (operations) => {
    const beside = await timed(operations, () => repeated(operations, first));
    return { ...(await timed(operations, () => repeated(operations, later))), beside: beside.value };
  };
}

async function middle(bench: Bench): Promise<string> {
  const page = called(bench.subject, "page");
  const half = Math.floor(bench.stored / statuses.length / 2);
  let answer: PageAnswer | undefined;
  for (let passed = 0; passed < half; passed += leap) {
    const next = answer?.next;
    answer = await page({ status, limit: Math.min(leap, half - passed), ...(next !== undefined && { after: next }) });
  }
  if (answer?.next === undefined) throw new Error("there is no page in the middle");
  return answer.next;
}

/** The first of a parent's children, where all of them are there. */
function fullParent(bench: Bench): number {
  return Math.min(bench.someIndex(), bench.stored - (bench.stored % childrenOfOne) - 1);
}

function expectCount(found: readonly object[], count: number): void {
  if (found.length !== count) throw new Error(`${found.length} documents were found where there are ${count}`);
}
