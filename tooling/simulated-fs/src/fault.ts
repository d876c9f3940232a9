/** What an operation does instead of its work: it fails, or does a part, so many bytes at most. */
export type Fault = Error | { readonly atMost: number };

/** Decides by the operation's name and number, from 1. Undefined: it works. */
export type Faults = (operation: string, at: number) => Fault | undefined;

export const noFaults: Faults = () => undefined;
