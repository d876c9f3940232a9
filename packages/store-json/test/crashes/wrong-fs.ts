import { SimulatedFs } from "@holdfast-tooling/simulated-fs";

type Target = Awaited<ReturnType<SimulatedFs["create"]>>;

/** Syncs no folder: names may be gone after a power cut. */
export class ForgetfulFolders extends SimulatedFs {
  override async syncFolder(): Promise<void> {
    await this.enter("syncFolder");
  }
}

/** Writes a new file's content into the old file, instead of putting the one in the other's place. */
export class InPlace extends SimulatedFs {
  override async rename(from: string, to: string): Promise<void> {
    const [source, target] = [this.disk.find(from), this.disk.find(to)];
    if (source === undefined || target === undefined) return super.rename(from, to);
    const { live } = this.disk.file(source.id);
    this.done({ kind: "truncate", file: target.id, size: 0 });
    this.done({ kind: "write", file: target.id, bytes: live, position: 0 });
    this.done({ kind: "sync", file: target.id });
    await super.remove(from);
  }
}

/** Says that rounds are on the medium, and puts them there when the next is written. */
export class HastySync extends SimulatedFs {
  override async create(path: string, mode: number): Promise<Target> {
    const file = await super.create(path, mode);
    const [write, syncData] = [file.write.bind(file), file.syncData.bind(file)];
    const [writeNow, syncDataNow] = [file.writeNow.bind(file), file.syncDataNow.bind(file)];
    let isOwed = false;
    return Object.assign(file, {
      syncData: async () => void (isOwed = true),
      syncDataNow: () => void (isOwed = true),
      write: async (bytes: Uint8Array, position: number) => {
        if (isOwed) await syncData();
        isOwed = false;
        return write(bytes, position);
      },
      writeNow: (bytes: Uint8Array, position: number) => {
        if (isOwed) syncDataNow();
        isOwed = false;
        return writeNow(bytes, position);
      },
    });
  }
}

/** Tries a sync again where it failed. */
export class StubbornSync extends SimulatedFs {
  override async create(path: string, mode: number): Promise<Target> {
    const file = await super.create(path, mode);
    const [syncData, syncDataNow] = [file.syncData.bind(file), file.syncDataNow.bind(file)];
    return Object.assign(file, {
      syncData: () => syncData().catch(syncData),
      syncDataNow: () => {
        try {
          syncDataNow();
        } catch {
          syncDataNow();
        }
      },
    });
  }
}

/** Syncs a new file only once it has taken the old one's place. */
export class LateSync extends SimulatedFs {
  #owed: (() => Promise<void>) | undefined;

  override async create(path: string, mode: number): Promise<Target> {
    const file = await super.create(path, mode);
    const sync = file.sync.bind(file);
    return Object.assign(file, { sync: async () => void (this.#owed = sync) });
  }

  override async rename(from: string, to: string): Promise<void> {
    await super.rename(from, to);
    await this.#owed?.();
  }
}

/** Lets go of the journals as soon as a new snapshot is begun. */
export class EarlyRemoval extends SimulatedFs {
  override async create(path: string, mode: number): Promise<Target> {
    if (path.endsWith(".tmp")) {
      for (const name of this.names().filter((each) => each.includes(".journal."))) await super.remove(`/data/${name}`);
    }
    return super.create(path, mode);
  }
}
