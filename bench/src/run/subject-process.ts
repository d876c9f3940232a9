// Measures one system in a process of its own. Arguments: its name, the size of the run, and its place as JSON. It is
// told what to do by messages and answers each; it ends when the other side lets go.
import { once } from "node:events";
import { flushCompileCache } from "node:module";
import { systemNamed } from "../subjects/systems.ts";
import type { Place } from "../subject.ts";
import { sizeNamed } from "../workloads/sizes.ts";
import type { Workload } from "../workloads/workload.ts";
import { workloadsOf } from "../workloads/workloads.ts";
import { MeasuredSubject } from "./measured-subject.ts";
import type { Answer, Order } from "./orders.ts";
import { reasonOf } from "./reason-of.ts";

const [name = "", sizeName = "", place = "{}"] = process.argv.slice(2);
const size = sizeNamed(sizeName);
const workloads = workloadsOf(size);
let subject: MeasuredSubject | undefined;

const gone = once(process, "disconnect").then(() => undefined);
for (;;) {
  const received = await Promise.race([once(process, "message") as Promise<[Order]>, gone]);
  if (received === undefined) break;
  process.send?.(await answerTo(received[0]));
}
// Some drivers keep timers or threads of which nothing is needed any more.
process.exit();

async function answerTo(order: Order): Promise<Answer> {
  try {
    return { ok: true, ...(await obey(order)) };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

async function obey(order: Order): Promise<Omit<Answer & { ok: true }, "ok">> {
  if (order.do === "open") {
    subject = await MeasuredSubject.open(systemNamed(name), JSON.parse(place) as Place);
    flushCompileCache();
    return { calls: subject.calls };
  }
  if (subject === undefined) throw new Error("nothing is open");
  switch (order.do) {
    case "fill":
      await subject.fill(workloadNamed(order.workload));
      return {};
    case "warm":
      await subject.warm(size);
      return {};
    case "pace":
      await subject.pace(size);
      return {};
    case "round":
      return { sample: await subject.round() };
    case "verify":
      await subject.verify();
      return {};
    default:
      return order satisfies never;
  }
}

function workloadNamed(key: string): Workload {
  const found = workloads.find((workload) => workload.key === key);
  if (found === undefined) throw new Error(`there is no workload "${key}"`);
  return found;
}
