import { mkdtemp, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";

const socketName = ".s.PGSQL.5432";

/**
 * A place where clients find a server, whichever it is: a link to its socket, as an address that moves from one host to
 * another would be. What is connected stays so.
 */
export class Door implements AsyncDisposable {
  readonly url: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`;
  }

  static async to(server: { readonly url: string }): Promise<Door> {
    const door = new Door(await mkdtemp("/tmp/holdfast-door-"));
    await door.lead(server);
    return door;
  }

  /** From now on it leads here. */
  async lead({ url }: { readonly url: string }): Promise<void> {
    const target = path.join(new URL(url).searchParams.get("host") ?? "", socketName);
    const next = path.join(this.#folder, "next");
    await symlink(target, next);
    await rename(next, path.join(this.#folder, socketName));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }
}
