import { HoldfastError } from "@holdfast/core";
import type { SavedPiece, SavedState } from "@holdfast/store-memory";
import type { DurableFs, ReadableFile } from "./durable-fs.ts";
import { readLines } from "./line-reader.ts";
import { notAFile } from "./not-a-file.ts";
import { OwnForm, parseHeaderLine } from "./own-form.ts";
import type { OwnHeader } from "./own-form.ts";
import { reading } from "./reading.ts";
import { readStoreFile } from "./read-store-file.ts";
import type { SavedFile } from "./read-store-file.ts";
import { surveyFile } from "./survey-file.ts";

export interface OpenedSnapshot {
  /** The file is closed once its pieces are read. */
  readonly saved: SavedFile;
  readonly bytes: number;
  readonly revision: string;
  close(): Promise<void>;
}

/** Opens a snapshot, under whatever name it stands. Undefined where nothing is there. */
export async function openSnapshot(fs: DurableFs, path: string): Promise<OpenedSnapshot | undefined> {
  const facts = await fs.facts(path);
  if (facts === undefined) return undefined;
  if (facts.kind !== "file") throw notAFile(path);
  const file = await fs.openToRead(path);
  try {
    const { size, revision } = await file.facts();
    const saved = await readStoreFile(file, path);
    const pieces = readToEnd(file, path, saved.pieces);
    return { saved: { ...saved, pieces }, bytes: size, revision, close: () => file.close() };
  } catch (thrown) {
    const told = await withSurvey(thrown, file, path);
    await file.close();
    throw told;
  }
}

async function* readToEnd(
  file: ReadableFile,
  path: string,
  pieces: SavedState["pieces"],
): AsyncGenerator<readonly SavedPiece[], void> {
  try {
    yield* pieces;
  } catch (thrown) {
    throw await withSurvey(thrown, file, path);
  } finally {
    await file.close().catch(() => undefined);
  }
}

/** Why a snapshot is not to be trusted; undefined where all of it is what was saved. */
export async function snapshotProblem(fs: DurableFs, path: string): Promise<HoldfastError | undefined> {
  if (await isProven(fs, path)) return undefined;
  try {
    const opened = await openSnapshot(fs, path);
    if (opened === undefined)
      return new HoldfastError(`"${path}" is gone`, { code: "STORE_CORRUPT", details: { path } });
    for await (const pieces of opened.saved.pieces) void pieces;
    return undefined;
  } catch (thrown) {
    if (HoldfastError.is(thrown, "STORE_CORRUPT")) return thrown;
    throw thrown;
  }
}

/** The first line of a snapshot; undefined where that is not whole, or not as we write it. */
export async function snapshotHeader(fs: DurableFs, path: string): Promise<OwnHeader | undefined> {
  if ((await fs.facts(path))?.kind !== "file") return undefined;
  return reading(fs, path, async (file) => {
    for await (const [first] of readLines(file)) return first === undefined ? undefined : parseHeaderLine(first, path);
    return undefined;
  });
}

/** Looks at the sums alone, which takes a fraction of the time that reading the documents does. */
async function isProven(fs: DurableFs, path: string): Promise<boolean> {
  const header = await snapshotHeader(fs, path);
  if (header?.sum === undefined) return false;
  return reading(fs, path, async (file) => {
    const form = new OwnForm(header, "sums");
    for await (const lines of readLines(file)) {
      if (lines.some((line) => line.number > 1 && form.accept(line) === undefined)) return false;
    }
    return form.isComplete;
  });
}

/** Says of a damaged file how much of it can be proven whole. */
async function withSurvey(thrown: unknown, file: ReadableFile, path: string): Promise<unknown> {
  if (!HoldfastError.is(thrown, "STORE_CORRUPT")) return thrown;
  const { pieces, lost } = await surveyFile(file, path);
  const [whole, damaged] = [pieces.length, lost.length];
  const { message, details } = thrown;
  return new HoldfastError(
    `${message}. ${whole} of its documents and tombstones can be proven whole, ${damaged} lines cannot; ` +
      `\`holdfast recover json:${path}\` makes a store of what can`,
    { code: "STORE_CORRUPT", cause: thrown.cause, details: { ...details, whole, damaged } },
  );
}
