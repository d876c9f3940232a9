import type { Subject, SubjectCall } from "../subject.ts";

/** A call of a subject; whether it has it was asked before. */
export function called<C extends SubjectCall>(subject: Subject, call: C): NonNullable<Subject[C]> {
  const found = subject[call];
  if (found === undefined) throw new Error(`this subject has no ${call}`);
  return found;
}
