/** What a power cut may do to what was not synced. */
export interface PowerCutRules {
  /**
   * Which changes of a folder's names outlive it where the folder was not synced: `"ordered"`, any first ones, as on a
   * file system with a journal; `"any"`, any of them, in any order, which is all that POSIX promises.
   */
  readonly names: "ordered" | "any";
  /** Whether the sync of a file that is new under its name syncs all names too, as ext4 does. */
  readonly newFileFlushesNames: boolean;
  /** What a disk writes whole or not at all, in bytes: unsynced content outlives the cut in any pieces of this size. */
  readonly sectorBytes: number;
}

const sectorBytes = 512;

/** A. Names outlive a power cut in the order in which they were changed. */
export const orderedNames: PowerCutRules = { names: "ordered", newFileFlushesNames: false, sectorBytes };

/** B. Names outlive a power cut in any order. */
export const anyNames: PowerCutRules = { names: "any", newFileFlushesNames: false, sectorBytes };

/** C. As A, and the sync of a new file takes all earlier changes of names with it. */
export const flushedNames: PowerCutRules = { names: "ordered", newFileFlushesNames: true, sectorBytes };

/** No power cut ever comes: only what programs see is kept track of, which is faster. */
export const noPowerCuts: PowerCutRules = { ...orderedNames, sectorBytes: Number.POSITIVE_INFINITY };
