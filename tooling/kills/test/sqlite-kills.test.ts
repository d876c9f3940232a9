import { describeKills } from "./describe-kills.ts";

await describeKills("sqlite");
