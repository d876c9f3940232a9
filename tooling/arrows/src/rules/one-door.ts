import type { Repository, Violation } from "../repository.ts";

/** A package's one door is `src/index.ts`, and it only names what lies behind. Nothing is exported without a name. */
export function oneDoor({ files }: Repository): Violation[] {
  return files.flatMap(({ path, folder, isSource, hasDefaultExport, statementsBeyondDoor }) => {
    if (!isSource) return [];
    const isIndex = path.endsWith("/index.ts");
    const isDoor = path === `${folder}/src/index.ts`;
    return [
      ...(hasDefaultExport ? [`${path}: has a default export`] : []),
      ...(isIndex && !isDoor ? [`${path}: is a second door`] : []),
      ...(isDoor && statementsBeyondDoor > 0 ? [`${path}: holds more than named re-exports`] : []),
    ];
  });
}
