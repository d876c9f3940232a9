// Measures one system: its name, a folder, how many items it keeps, and for how many rounds and milliseconds it is warmed
// up at most are the arguments. Sends a message when it is ready, and the times of a round for each message that comes;
// ends when the other side lets go.
import { once } from "node:events";
import { MeasuredSystem } from "./measure-system.ts";
import { systems } from "./systems.ts";

const [name, folder = "", stored, rounds, milliseconds] = process.argv.slice(2);
const system = systems.find((each) => each.name === name);
if (system === undefined) throw new Error(`there is no system "${name}"`);
const warming = { rounds: Number(rounds), milliseconds: Number(milliseconds) };
await using measured = await MeasuredSystem.open(system, folder, Number(stored), warming);
const gone = once(process, "disconnect").then(() => false);
process.send?.("ready");
while (await Promise.race([once(process, "message").then(() => true), gone])) process.send?.(await measured.round());
