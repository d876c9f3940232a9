import { openStore } from "@holdfast/connect";
import { copy, plan, verify, type PlanReport, type VerifyReport } from "@holdfast/migrate";
import { workflowModel } from "@holdfast/repositories";

/** Takes a piece of the story, with its own line ends. */
export type Tell = (text: string) => void;

/** Few enough that a small store shows some progress. */
const batch = 200;

/**
 * Takes everything from one store to another that is not there yet, and proves it: what `holdfast plan`, `holdfast copy`
 * and `holdfast verify` do. The source is only read. Whether both hold the same afterwards.
 */
export async function move(from: string, to: string, tell: Tell): Promise<boolean> {
  await using source = await openStore(from, { access: "read" });
  const planned = await plan(source, undefined, { model: workflowModel });
  tell(`   plan    ${planText(planned)}\n`);
  if (!planned.ok) return false;
  await using target = await openStore(to, { model: workflowModel });
  tell("   copy   ");
  const onProgress = ({ copied, total }: { readonly copied: number; readonly total: number }): void =>
    tell(` ${Math.floor((copied * 100) / total)} %`);
  const { written, milliseconds } = await copy(source, target, { batch, onProgress });
  tell(`: ${written} records written, in ${milliseconds} ms\n`);
  const compared = await verify(source, target);
  tell(`   verify  ${verdict(compared)}\n`);
  return compared.equal;
}

function planText({ records, bytes, found, problems }: PlanReport): string {
  const [first] = problems;
  const obstacle = first === undefined ? "nothing stands in the way" : `${found} problems, such as: ${first.message}`;
  return `${records} records, ${Math.ceil(bytes / 1024)} KiB of documents; ${obstacle}`;
}

function verdict({ equal, sourceRecords, targetRecords, differing, sourceHash }: VerifyReport): string {
  const counts = `${sourceRecords} records against ${targetRecords}`;
  return equal ? `${counts}: equal, ${shortHash(sourceHash)}` : `${counts}: ${differing} differ`;
}

/** Enough of a hash to see that two are the same. */
export function shortHash(hash: string): string {
  return hash.slice(0, 16);
}
