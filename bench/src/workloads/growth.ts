import { idOf, parentOf, statuses } from "../document.ts";
import type { Bench } from "../run/bench.ts";
import type { Entity, SubjectCall } from "../subject.ts";
import { median } from "../judge/median.ts";
import { watchCpu } from "./timed.ts";
import type { Round, Size, Workload } from "./workload.ts";

const roundsMost = 3;
/** Documents at the places where others stand already, all over the store. */
const batch = 50;
const page = 50;

export const growingNames = ["save", "batch", "get", "children", "page", "transition"] as const;
type GrowingName = (typeof growingNames)[number];

interface Growing {
  readonly what: GrowingName;
  /** @default what it is */
  readonly title?: string;
  readonly entity: Entity;
  readonly needs: readonly SubjectCall[];
  /** What is made beforehand is not in the time of the operation that it gives. */
  readonly operation: (bench: Bench) => () => Promise<unknown> | undefined;
}

const growing: readonly Growing[] = [
  {
    what: "save",
    entity: "plain",
    needs: ["save"],
    operation: (bench) => {
      const document = bench.someDocument();
      return () => bench.subject.save?.(document);
    },
  },
  {
    what: "batch",
    title: `a batch of ${batch}`,
    entity: "plain",
    needs: ["saveMany"],
    operation: (bench) => {
      const documents = bench.someDocuments(batch);
      return () => bench.subject.saveMany?.(documents);
    },
  },
  {
    what: "get",
    entity: "plain",
    needs: ["get"],
    operation: (bench) => {
      const id = idOf(bench.someIndex());
      return () => bench.subject.get?.(id);
    },
  },
  {
    what: "children",
    title: "ten children",
    entity: "plain",
    needs: ["children"],
    operation: (bench) => {
      const parentId = parentOf(bench.someIndex());
      return () => bench.subject.children?.(parentId);
    },
  },
  {
    what: "page",
    title: `a page of ${page}`,
    entity: "plain",
    needs: ["page"],
    operation: (bench) => () => bench.subject.page?.({ status: statuses[1], limit: page }),
  },
  {
    what: "transition",
    entity: "lifecycle",
    needs: ["transition", "turns"],
    operation: (bench) => {
      const id = idOf(bench.someIndex());
      return () => bench.move(id);
    },
  },
];

/** W10: what one operation costs as the store grows; in the same round the same in a store of the smallest size. */
export function growth({ growth: sizes }: Size): readonly Workload[] {
  const [smallest = 1_000, ...larger] = sizes;
  return growing.flatMap(({ what, title = what, entity, needs, operation }) =>
    larger.map((stored): Workload => ({
      key: `w10 ${what} ${stored}`,
      title: `${title} over ${stored.toLocaleString("en")} documents`,
      entity,
      needs,
      unit: "µs",
      beside: `${smallest} documents`,
      stored,
      operations: 2_000,
      // Medians of single operations settle sooner than sums.
      patience: 0.5,
      roundsMost,
      prepare: async (bench) => {
        const small = await bench.small(smallest);
        return besideSmall(bench, small, operation);
      },
    })),
  );
}

/** The two take turns, one operation each. */
function besideSmall(large: Bench, small: Bench, operation: Growing["operation"]): Round {
  return async (operations) => {
    const times = { large: new Array<number>(), small: new Array<number>() };
    const cpuOf = watchCpu();
    for (let at = 0; at < operations; at++) {
      times.large.push(await microseconds(operation(large)));
      times.small.push(await microseconds(operation(small)));
    }
    return { ...cpuOf(2 * operations), value: median(times.large), beside: median(times.small) };
  };
}

async function microseconds(work: () => Promise<unknown> | undefined): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) * 1000;
}
