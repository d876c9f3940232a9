/** Where on the way. */
export type Place =
  /** At a commit: before it goes to the server, behind it, or when the server's answer is to go to the client. */
  | { readonly commit: "before" | "behind" | "answered" }
  /** At the nth message of one side, from 1, behind so many of its bytes; in sessions only that have begun. */
  | { readonly message: number; readonly of: "client" | "server"; readonly bytes: number };

/** What happens there: both connections end; or the client's does; or nothing comes through any more, and nobody is told. */
export type Strike = "cut" | "silence";

export interface Fault {
  readonly at: Place;
  readonly strike: Strike;
  /** Whether no new connection is let through from then on, until the proxy is healed. @default false */
  readonly staysDown?: boolean;
}
