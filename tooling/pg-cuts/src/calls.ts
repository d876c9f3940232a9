import type { Store, WriteOp } from "@holdfast/core";

/** A call that changes records, each of which it raises by one version. */
export interface Call {
  readonly name: string;
  readonly keys: readonly string[];
  readonly run: (store: Store) => Promise<unknown>;
}

const type = "Note";

export function put(id: string, token: string): WriteOp {
  return { put: { type, id, documentVersion: 1, body: { token } }, expect: "any" };
}

/** What a program does with a store, on these keys; `token` tells afterwards that it was this call. */
export function callsOn(
  [first, second, third]: readonly [string, string, string],
  token: string,
): readonly [Call, ...Call[]] {
  return [
    { name: "a write", keys: [first], run: (store) => store.write([put(first, token)]) },
    {
      name: "a batch",
      keys: [first, second, third],
      run: (store) => store.write([first, second, third].map((id) => put(id, token))),
    },
    {
      name: "a transaction that is not tried again",
      keys: [first, second],
      run: (store) => store.transaction((session) => raiseBoth(session, [first, second], token), { tries: 1 }),
    },
    {
      name: "a transaction",
      keys: [first, second],
      run: (store) => store.transaction((session) => raiseBoth(session, [first, second], token)),
    },
    {
      name: "a transaction with a savepoint that is undone",
      keys: [first],
      run: (store) =>
        store.transaction(async (session) => {
          const undone = session.transaction(async (inner) => {
            await inner.write([put(second, token)]);
            throw new UndoneError();
          });
          await undone.catch((thrown: unknown) => {
            if (!(thrown instanceof UndoneError)) throw thrown;
          });
          await session.write([put(first, token)]);
        }),
    },
  ];
}

class UndoneError extends Error {}

async function raiseBoth(session: Pick<Store, "get" | "write">, keys: readonly string[], token: string): Promise<void> {
  for (const id of keys) {
    await session.get(type, [id]);
    await session.write([put(id, token)]);
  }
}
