/** Rows that are looked at before other callers get their turn: a few milliseconds' worth. */
export const rowsPerTurn = 2048;
