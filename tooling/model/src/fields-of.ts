import { fieldOf } from "./reference.ts";
import type { Live } from "./reference.ts";
import type { FieldsOf } from "./truth.ts";

/** What queries see of a record. */
export function fieldsOf(row: Live): FieldsOf {
  return (field) => {
    switch (field) {
      case "id":
        return row.id;
      case "version":
        return row.version;
      case "createdAt":
        return timeText(row.created);
      case "updatedAt":
        return timeText(row.updated);
      default:
        return fieldOf(row, field);
    }
  };
}

/** Microseconds since the epoch as queries take them. */
export function timeText(microseconds: number): string {
  const milliseconds = Math.floor(microseconds / 1000);
  const rest = String(microseconds - milliseconds * 1000).padStart(3, "0");
  return new Date(milliseconds).toISOString().replace("Z", `${rest}Z`);
}
