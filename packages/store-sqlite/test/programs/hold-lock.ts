// Takes SQLite's write lock and keeps it until its input ends.
import { once } from "node:events";

import Database from "better-sqlite3";

const database = new Database(process.argv[2]);
database.exec("begin immediate");
process.stdout.write("held\n");
process.stdin.resume();
await once(process.stdin, "end");
database.exec("rollback");
database.close();
