import type { Repository, Violation } from "../repository.ts";

/** The root's tsconfig.json refers to every package that has TypeScript, and to its tests where it has some. */
export function typeChecked({ files, typeChecked: checked }: Repository): Violation[] {
  const projects = files.map(({ folder, isSource }) => (isSource ? folder : `${folder}/tsconfig.test.json`));
  return [...new Set(projects)]
    .filter((project) => !checked.includes(project))
    .map((project) => `tsconfig.json: does not refer to ${project}`);
}
