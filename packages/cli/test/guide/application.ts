import { openStore } from "@holdfast/connect";
import type { Store } from "@holdfast/core";
import { Job, repository, workflowModel } from "@holdfast/repositories";

/** The application of a guide: at each start it creates a job and changes another, and then holds its store open. */
export class Application {
  #store: Store | undefined;
  #jobs = 250;

  async start(url: string): Promise<void> {
    this.#store = await openStore(url, { model: workflowModel });
    const jobs = repository(Job, this.#store);
    await jobs.create({ id: `job-${++this.#jobs}`, name: `Call ${this.#jobs}`, agentName: "ada" });
    if ((await jobs.get("job-3")) === undefined) return;
    await jobs.update("job-3", (job) => ({ ...job, metadata: { starts: this.#jobs - 250 } }));
  }

  async stop(): Promise<void> {
    await this.#store?.close();
    this.#store = undefined;
  }
}
