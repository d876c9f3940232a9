export { chanceFrom, type Chance } from "./chance.ts";
