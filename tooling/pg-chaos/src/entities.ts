import { defineEntity, defineModel } from "@holdfast/core";
import { z } from "zod";

/** What is left of an operation that was done: its id is the operation's own, so it can be done once only. */
export const Receipt = defineEntity({
  name: "Receipt",
  schema: z.object({
    from: z.string().nullable().default(null),
    to: z.string().nullable().default(null),
    amount: z.number().default(0),
  }),
});

/** Raised by one at a time, so its version tells how often, too. */
export const Counter = defineEntity({ name: "Counter", schema: z.object({ count: z.number() }) });

/** Says who wrote it last. */
export const Register = defineEntity({ name: "Register", schema: z.object({ by: z.string() }) });

export const Account = defineEntity({ name: "Account", schema: z.object({ balance: z.number() }) });

export const chaosModel = defineModel([Receipt, Counter, Register, Account]);

/** How many there are of each, and what an account holds at first. Few, so that clients meet. */
export const places = { counters: 3, registers: 3, accounts: 4, balance: 1_000 } as const;
