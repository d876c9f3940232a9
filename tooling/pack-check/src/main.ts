import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { installAsUser } from "./install-as-user.ts";
import { lintTarball } from "./lint-tarball.ts";
import { packPackages } from "./pack-packages.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const program = fileURLToPath(new URL("../user/first-steps.mjs", import.meta.url));
const folder = await mkdtemp(path.join(tmpdir(), "holdfast-pack-"));
try {
  const tarballs = await packPackages(root, folder);
  const complaints = (await Promise.all(tarballs.map(lintTarball))).flat();
  const project = path.join(folder, "first-steps");
  await mkdir(project);
  const surplus = await installAsUser(tarballs, project, program);
  complaints.push(...surplus.map((file) => `a first install brings ${file}`));
  console.log(complaints.length === 0 ? `${tarballs.length} packages are fit to publish` : complaints.join("\n"));
  process.exitCode = complaints.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
