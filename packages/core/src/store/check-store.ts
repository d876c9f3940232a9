import { HoldfastError } from "../errors.ts";
import type { Layout } from "../layout.ts";
import type { CheckProblem } from "../store.ts";
import { checkLinks } from "./check-links.ts";
import type { Link } from "./check-links.ts";
import type { Deadline } from "./deadline.ts";
import type { OpenStoreParts } from "./open-store.ts";
import { backOff, isTransient } from "./retry.ts";

const triesMost = 10;

type CheckedParts = Pick<OpenStoreParts, "driver" | "layout" | "lift">;

/** What the driver finds wrong with its records, and, as of one moment, where lists and what they mirror disagree. */
export async function checkStore(parts: CheckedParts, deadline: Deadline): Promise<readonly CheckProblem[]> {
  const { driver, layout } = parts;
  const problems = await driver.check();
  const links = linksOf(layout);
  if (links.length === 0) return problems;
  for (let tries = 1; ; tries++) {
    try {
      return [...problems, ...(await checkAllLinks(parts, links, deadline))];
    } catch (thrown) {
      // Children cannot be looked for by a reference that is new while records are still brought over for it.
      if (HoldfastError.is(thrown, "LAYOUT_OUTDATED")) return problems;
      // What cannot be read has been told of by the driver.
      if (HoldfastError.is(thrown, "STORE_CORRUPT") && problems.length > 0) return problems;
      if (!isTransient(thrown) || tries >= triesMost) throw thrown;
      await backOff(tries, deadline);
    }
  }
}

async function checkAllLinks(
  { driver, layout, lift }: CheckedParts,
  links: readonly Link[],
  deadline: Deadline,
): Promise<readonly CheckProblem[]> {
  const stats = await driver.stats();
  return driver.transaction("read", async (reader) => {
    const problems: CheckProblem[] = [];
    for (const link of links) {
      for (const { tenant, type, records } of stats) {
        if (type !== link.parentType || records === 0) continue;
        problems.push(...(await checkLinks({ reader, layout, lift, tenant, link, deadline })));
      }
    }
    return problems;
  });
}

function linksOf({ types }: Layout): readonly Link[] {
  return types.flatMap(({ type, references }) =>
    references.flatMap(({ field, to, mirror }) =>
      mirror === undefined ? [] : [{ parentType: to, field: mirror, childType: type, by: field }],
    ),
  );
}
