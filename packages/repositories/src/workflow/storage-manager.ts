import { openStore, shownUrl, storePlace } from "@holdfast/connect";
import { HoldfastError } from "@holdfast/core";
import { Gate } from "../gate.ts";
import { eachObject, givenObject, objectStorage } from "./object-storage.ts";
import { workflowModel } from "./workflow-model.ts";
import type { StorePlace } from "@holdfast/connect";
import type { JsonObject, Model, OpenOptions, Store, StoreSession, TransactionOptions } from "@holdfast/core";
import type { SaveObjectOptions } from "./crud-storage.ts";
import type { ObjectPage, ObjectPageOptions, ObjectStorage } from "./object-storage-types.ts";

/** How the store is opened, once it is. */
export interface StorageManagerOptions extends Omit<OpenOptions, "model"> {
  /** What is kept in the store beside objects of any type. @default workflowModel */
  readonly model?: Model;
}

/** The managers that are not closed yet, by the identity of their place. */
const managers = new Map<string, StorageManager>();

/**
 * Plain objects in a store that is named by a path. Making one opens nothing: the store opens at the first call, and its
 * folder is made then.
 *
 * All managers of one place in a process are one and the same, however it is written: relative, absolute, through a link.
 * Another place has another manager. After `close` a new one opens afresh. Memory has no name that two could share, so
 * each `:memory:` is a store of its own.
 */
export class StorageManager implements ObjectStorage, AsyncDisposable {
  /** The URL of the store, without a password. */
  readonly url: string;
  /** What is kept in the store beside objects of any type. */
  readonly model: Model;
  readonly #options: StorageManagerOptions;
  readonly #place: StorePlace | undefined;
  readonly #gate = new Gate();
  /** Of the same place, and closing: its store has to be closed before another one is opened there. */
  #earlier: StorageManager | undefined;
  #opening: Promise<Store> | undefined;
  #closing: Promise<void> | undefined;

  /**
   * @param target the URL of a store, the path of a JSON file, `:memory:`, or an open store, which stays open when the
   * manager is closed. @default what the environment names: `HOLDFAST_STORE`, else a JSON file in `./data`, `./dev_data`
   * or `./test_data` by `HOLDFAST_ENV`
   *
   * INVALID_CONFIG for an empty text, for what cannot be a path, and for options other than those of the manager that the
   * place has already.
   */
  constructor(target?: string | Store, options: StorageManagerOptions = {}) {
    this.#options = options;
    this.model = options.model ?? workflowModel;
    if (typeof target === "object") {
      this.url = `${target.backend}:`;
      this.#opening = Promise.resolve(target);
      return;
    }
    const place = placeOf(target);
    this.url = shownUrl(place.url);
    this.#place = place;
    if (place.identity === undefined) return;
    const present = managers.get(place.identity);
    if (present !== undefined && !present.#gate.isClosed) {
      present.#checkOptions(options);
      // One place, one manager: whoever asks for it again is given it.
      return present;
    }
    this.#earlier = present;
    managers.set(place.identity, this);
  }

  /** The manager of a place, with its store open. Throws what opening throws. */
  static async open(target?: string | Store, options: StorageManagerOptions = {}): Promise<StorageManager> {
    const manager = new StorageManager(target, options);
    await manager.store();
    return manager;
  }

  /** The open store, for repositories and all else that objects are too plain for. STORE_CLOSED; what opening throws. */
  async store(): Promise<Store> {
    return this.#gate.pass(async () => this.#open());
  }

  async saveObject(type: string, object: object, options: SaveObjectOptions = {}): Promise<JsonObject> {
    // The object is the caller's again while the store opens, so nothing of it may be shared.
    const given = givenObject(type, object);
    return this.#on((objects) => objects.saveGiven(type, given, options));
  }

  async changeObject(type: string, id: string, change: (now: JsonObject | undefined) => object): Promise<JsonObject> {
    return this.#on((objects) => objects.changeObject(type, id, change));
  }

  async getObjects(type: string): Promise<readonly JsonObject[]> {
    return this.#on((objects) => objects.getObjects(type));
  }

  async getObjectPage(type: string, options: ObjectPageOptions = {}): Promise<ObjectPage> {
    return this.#on((objects) => objects.getObjectPage(type, options));
  }

  eachObject(type: string): AsyncIterable<JsonObject> {
    return eachObject(async (...of) => this.getObjectPage(...of), type);
  }

  async getObjectById(type: string, id: string): Promise<JsonObject | undefined> {
    return this.#on((objects) => objects.getObjectById(type, id));
  }

  async deleteObject(type: string, id: string): Promise<boolean> {
    return this.#on((objects) => objects.deleteObject(type, id));
  }

  async getCasesForJob(jobId: string): Promise<readonly JsonObject[]> {
    return this.#on((objects) => objects.getCasesForJob(jobId));
  }

  /** Deletes every object of every type, in one transaction. */
  async resetStorage(): Promise<void> {
    return this.#gate.pass(async () => (await this.#open()).reset());
  }

  /**
   * Several calls as one: all of what `work` writes is stored, or nothing where it throws. `work` may run more than once,
   * and uses what it is handed; the manager itself is TRANSACTION_OUTER_USE meanwhile.
   */
  async transaction<T>(
    work: (objects: ObjectStorage, session: StoreSession) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    return this.#gate.pass(async () => {
      const store = await this.#open();
      return store.transaction((session) => work(this.#objects(store, session), session), options);
    });
  }

  /** Finishes what was accepted; then every call is STORE_CLOSED. Closing twice is fine. */
  async close(): Promise<void> {
    await this.#gate.close();
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const place = this.#place;
    const store = await this.#opening?.catch(() => undefined);
    if (place === undefined) return;
    await store?.close();
    // One that was never opened has not waited for it yet, and whoever comes next waits for this one alone.
    await this.#earlier?.close().catch(() => undefined);
    if (place.identity !== undefined && managers.get(place.identity) === this) managers.delete(place.identity);
  }

  async #on<T>(call: (objects: ReturnType<typeof objectStorage>) => Promise<T>): Promise<T> {
    return this.#gate.pass(async () => {
      const store = await this.#open();
      return call(this.#objects(store, store));
    });
  }

  #objects({ layout }: Store, session: StoreSession): ReturnType<typeof objectStorage> {
    return objectStorage({ session, layout, lift: this.model.lift });
  }

  /** Calls that come together open once; after a failure the next call tries again. */
  async #open(): Promise<Store> {
    this.#opening ??= this.#openPlace().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #openPlace(): Promise<Store> {
    await this.#earlier?.close().catch(() => undefined);
    this.#earlier = undefined;
    return openStore(this.#place?.url, { ...this.#options, model: this.model });
  }

  #checkOptions(options: StorageManagerOptions): void {
    const own = new Map<string, unknown>(Object.entries({ ...this.#options, model: this.model }));
    const other = Object.entries(options).find(([name, value]: [string, unknown]) => own.get(name) !== value);
    if (other === undefined) return;
    throw new HoldfastError(
      `${this.url} has a manager already, made with another "${other[0]}": close that one first`,
      {
        code: "INVALID_CONFIG",
        details: { option: other[0] },
      },
    );
  }
}

/** What the environment names is one place for the process, even where that is memory. */
function placeOf(target: string | undefined): StorePlace {
  const place = storePlace(target);
  return target === undefined ? { ...place, identity: place.identity ?? place.url } : place;
}
