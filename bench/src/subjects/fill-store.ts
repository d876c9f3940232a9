import { openStore } from "@holdfast/connect";
import { repository } from "@holdfast/repositories";
import { documentsOf } from "../document.ts";
import { models, PlainDocument } from "./bench-model.ts";

const atOnce = 5_000;

/** A store of ours with so many documents, closed. */
export async function fillStore(url: string, count: number): Promise<void> {
  await using store = await openStore(url, { model: models.plain });
  const documents = repository(PlainDocument, store);
  for (let at = 0; at < count; at += atOnce)
    await documents.saveMany(documentsOf(at, Math.min(atOnce, count - at), false));
}
