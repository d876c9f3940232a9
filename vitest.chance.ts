import fc from "fast-check";

/** One seed for all that a run tries by chance: `SEED` repeats it. */
fc.configureGlobal({ seed: Number(process.env["SEED"]) });
