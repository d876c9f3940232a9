export { backend } from "./backend.ts";
export type { Buried, Entry } from "./entry.ts";
export type { FeedMarks } from "./feed-marks.ts";
export { loadState } from "./load-state.ts";
export type { Followed, Medium, SavedChange, SavedLookup, SavedPiece, SavedRound, SavedState } from "./medium.ts";
export { openMemoryStore } from "./open-memory-store.ts";
export { StateDriver } from "./state-driver.ts";
export type { State, StateChange } from "./state.ts";
