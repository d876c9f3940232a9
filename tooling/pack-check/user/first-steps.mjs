// What somebody writes five minutes after `npm install`. It runs against the packed packages, in a project of its own.
import { defineEntity, defineModel } from "@holdfast/core";
import { openStore } from "@holdfast/connect";
import { repository } from "@holdfast/repositories";
import { z } from "zod";

const Note = defineEntity({ name: "Note", schema: z.object({ text: z.string() }) });
const store = await openStore("json:./data/notes.json", { model: defineModel([Note]) });
const { id } = await repository(Note, store).save({ text: "hold fast" });
await store.close();

const again = await openStore("json:./data/notes.json", { model: defineModel([Note]) });
const note = await repository(Note, again).get(id);
await again.close();
if (note?.text !== "hold fast") throw new Error(`read back ${JSON.stringify(note)}`);
