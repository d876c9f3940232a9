// Measures one system: its name, a folder, and how many items it keeps are the arguments. Sends a message when it is
// ready, and the times of a round for each message that comes; ends when the other side lets go.
import { once } from "node:events";
import { MeasuredSystem } from "./measure-system.ts";
import { systems } from "./systems.ts";

/**
 * The engine compiles what a save runs through in steps, the last of them behind some ten thousand saves: an application
 * that is at work for a minute has them behind it. Who rewrites a file for each save waits for the disk, and is warm sooner.
 */
const warming = { rounds: 60, milliseconds: 8_000 };

const [name, folder = "", stored] = process.argv.slice(2);
const system = systems.find((each) => each.name === name);
if (system === undefined) throw new Error(`there is no system "${name}"`);
await using measured = await MeasuredSystem.open(system, folder, Number(stored), warming);
const gone = once(process, "disconnect").then(() => false);
process.send?.("ready");
while (await Promise.race([once(process, "message").then(() => true), gone])) process.send?.(await measured.round());
