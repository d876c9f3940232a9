import { idOf } from "../document.ts";
import type { Bench } from "../run/bench.ts";
import type { Entity, SubjectCall } from "../subject.ts";
import { median } from "../judge/median.ts";
import type { Round, Size, Workload } from "./workload.ts";

const roundsMost = 3;

interface Growing {
  readonly what: "save" | "get" | "transition";
  readonly entity: Entity;
  readonly needs: readonly SubjectCall[];
  readonly operation: (bench: Bench) => Promise<unknown> | undefined;
}

const growing: readonly Growing[] = [
  {
    what: "save",
    entity: "plain",
    needs: ["save"],
    operation: (bench) => bench.subject.save?.(bench.someDocument()),
  },
  { what: "get", entity: "plain", needs: ["get"], operation: (bench) => bench.subject.get?.(bench.someId()) },
  {
    what: "transition",
    entity: "lifecycle",
    needs: ["transition", "turns"],
    operation: (bench) => bench.move(idOf(bench.someIndex())),
  },
];

/** W10: what one operation costs as the store grows; in the same round the same in a store of the smallest size. */
export function growth({ growth: sizes }: Size): readonly Workload[] {
  const [smallest = 100, ...larger] = sizes;
  return growing.flatMap(({ what, entity, needs, operation }) =>
    larger.map((stored): Workload => ({
      key: `w10 ${what} ${stored}`,
      title: `${what} over ${stored.toLocaleString("en")} documents`,
      entity,
      needs,
      unit: "µs",
      beside: `${smallest} documents`,
      stored,
      operations: 500,
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
    const cpu = process.cpuUsage();
    for (let at = 0; at < operations; at++) {
      times.large.push(await microseconds(() => operation(large)));
      times.small.push(await microseconds(() => operation(small)));
    }
    const { user, system } = process.cpuUsage(cpu);
    const cpuMicroseconds = (user + system) / (2 * operations);
    return { value: median(times.large), beside: median(times.small), cpuMicroseconds };
  };
}

async function microseconds(work: () => Promise<unknown> | undefined): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) * 1000;
}
