/**
 * A statement that rows follow, all of it sent at once: the server reads the rows from what comes in, and where it
 * refuses the statement or a row, it passes over those that are left. So nothing is waited for in between, and other
 * statements may be sent before and behind it.
 */
import { Query } from "pg";
import type { Client, Connection, QueryResult } from "pg";

type RowsResult = QueryResult<Record<string, unknown>>;

/** Sends the statement and its rows; what they are answered with. */
export function sendRows(client: Client, text: string, rows: string): Promise<RowsResult> {
  return new Promise((resolve, reject) => {
    const query = new RowsQuery(text, rows);
    query.on("end", resolve);
    query.on("error", reject);
    client.query(query);
  });
}

/** pg takes only its own kind of query where others are under way, and this is one. */
class RowsQuery extends Query<Record<string, unknown>> {
  readonly #text: string;
  readonly #rows: string;

  constructor(text: string, rows: string) {
    super(text);
    this.#text = text;
    this.#rows = rows;
  }

  override submit = (connection: Connection): void => {
    connection.query(this.#text);
    if (connection.stream.writable) connection.stream.write(copyMessages(this.#rows));
  };

  /** The server is ready for the rows, which are on their way. */
  handleCopyInResponse(): void {}
}

const lengthBytes = 4;

/** CopyData with all rows, then CopyDone. Source: https://www.postgresql.org/docs/18/protocol-message-formats.html */
function copyMessages(rows: string): Buffer {
  const rowsBytes = Buffer.byteLength(rows);
  const dataBytes = 1 + lengthBytes + rowsBytes;
  const messages = Buffer.allocUnsafe(dataBytes + 1 + lengthBytes);
  messages.write("d", 0, "latin1");
  messages.writeUInt32BE(lengthBytes + rowsBytes, 1);
  messages.write(rows, 1 + lengthBytes, "utf8");
  messages.write("c", dataBytes, "latin1");
  messages.writeUInt32BE(lengthBytes, dataBytes + 1);
  return messages;
}
