import { describeKills } from "./describe-kills.ts";

await describeKills("json");
