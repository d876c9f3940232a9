import type { Store } from "@holdfast/core";

const counted: ReadonlySet<unknown> = new Set("changes find get now releaseHold stats transaction write".split(" "));
const views: ReadonlySet<unknown> = new Set(["tenant", "within"]);

/** The store, which tells of each call that is made of it, of its views and within its transactions, before it is made. */
export function countedStore<T extends object>(store: T, onCall: () => void): T {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...given: unknown[]): unknown => {
        if (counted.has(name)) onCall();
        const [work, ...rest] = given;
        const inside = (session: object): unknown =>
          (work as (session: object) => unknown)(countedStore(session, onCall));
        const result: unknown = Reflect.apply(member, target, name === "transaction" ? [inside, ...rest] : given);
        return views.has(name) ? countedStore(result as Store, onCall) : result;
      };
    },
  });
}
