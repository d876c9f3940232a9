import { type Room, rooms } from "../architecture.ts";
import type { Manifest, Repository, Violation } from "../repository.ts";

/** A package.json says no more than the table of packages and arrows allows. */
export function allowedDependencies({ manifests }: Repository): Violation[] {
  return [...manifests].flatMap(([folder, manifest]) => {
    if (folder === ".") return [];
    const room = rooms[manifest.name];
    const file = `${folder}/package.json`;
    if (room === undefined) return [`${file}: ${manifest.name} has no row in the table of packages`];
    return surplus(manifest, room).map((name) => `${file}: ${manifest.name} may not depend on ${name}`);
  });
}

function surplus(manifest: Manifest, room: Room): string[] {
  const peers = room.peers ?? [];
  const development = [...room.dependencies, ...peers, ...(room.development ?? []), "@holdfast-tooling/tsconfig"];
  const beyond = (declared: Readonly<Record<string, string>> | undefined, allowed: readonly string[]) =>
    Object.keys(declared ?? {}).filter((name) => !allowed.includes(name));

  const isOurs = (name: string) => name.startsWith("@holdfast");
  const dependencies = beyond({ ...manifest.dependencies, ...manifest.optionalDependencies }, room.dependencies);
  return [
    // What nobody installs may use any tool, but follows the arrows like everybody else.
    ...(manifest.private === true ? dependencies.filter(isOurs) : dependencies),
    ...beyond(manifest.peerDependencies, peers),
    ...beyond(manifest.devDependencies, development).filter(isOurs),
  ];
}
