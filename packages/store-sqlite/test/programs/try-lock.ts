// Says whether SQLite's write lock is free.
import Database from "better-sqlite3";

const database = new Database(process.argv[2], { timeout: 0 });
try {
  database.exec("begin immediate; rollback");
  process.stdout.write("free\n");
} catch (thrown) {
  process.stdout.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
}
