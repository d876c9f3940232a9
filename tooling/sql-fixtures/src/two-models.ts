import type { Lift } from "@holdfast/core";

import { index, model, type } from "./layouts.ts";

/** An application's model, and the next one: a type is declared now, and another has a field that is lifted. */
export const oldModel = model(type("Job", { agent: "string" }, [index("agent")]));

const youngLift: Lift = (document) => {
  const { type: name, documentVersion, body } = document;
  if (name !== "Job" || documentVersion > 1) return document;
  const { agent } = body;
  return { ...document, documentVersion: 2, body: { ...body, label: typeof agent === "string" ? `${agent}!` : null } };
};

export const youngModel = {
  ...model(
    { ...type("Job", { agent: "string", label: "string" }, [index("agent"), index("label")]), schemaVersion: 2 },
    type("Note", { text: "string" }, [index("text")]),
  ),
  lift: youngLift,
};
