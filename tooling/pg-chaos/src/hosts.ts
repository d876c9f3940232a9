/**
 * Hosts of a test's own: network namespaces, each tied to the server's by a pair of virtual interfaces that nothing else
 * is tied to, so no packet leaves the test. It takes root, Linux and iproute2. A namespace lives on after its maker, so
 * each maker first takes away what makers that no longer run have left.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const prefix = "holdfast-";

/** Why there can be no hosts here, or undefined where there can. */
export async function missingHosts(): Promise<string | undefined> {
  if (process.platform !== "linux") return "there are network namespaces on Linux only";
  if (process.getuid?.() !== 0) return "only root may make network namespaces";
  const name = `${prefix}${process.pid}-probe`;
  try {
    await ip("netns", "add", name);
    await ip("netns", "del", name);
    await run("setpriv", ["--version"]);
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message.trim() : String(thrown);
  }
}

export class Hosts implements AsyncDisposable {
  /** How many there are beside the server's. */
  readonly count: number;
  readonly #server = `${prefix}${process.pid}-server`;

  private constructor(count: number) {
    this.count = count;
  }

  static async start(count: number): Promise<Hosts> {
    const hosts = new Hosts(count);
    await removeLeft();
    try {
      await hosts.#make(hosts.#server);
      for (let at = 0; at < count; at++) await hosts.#tie(at);
      return hosts;
    } catch (thrown) {
      await hosts[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  /** Where the server is for a host. */
  serverAddress(host: number): string {
    return `10.231.${host}.1`;
  }

  /** All of them, as one range. */
  readonly range = "10.231.0.0/16";

  /** The words of a command that starts a program on a host. */
  on(host: number): readonly string[] {
    return ["ip", "netns", "exec", this.#name(host)];
  }

  /** The same for the server's host, as a user who is not root. */
  onServer({ uid, gid }: { readonly uid: number; readonly gid: number }): readonly string[] {
    const user = ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
    return ["ip", "netns", "exec", this.#server, ...user];
  }

  /** Takes a host's cable out, at its own end or at the server's. */
  async cut(host: number, end: "its own" | "the server's"): Promise<void> {
    await this.#set(host, end, "down");
  }

  async mend(host: number, end: "its own" | "the server's"): Promise<void> {
    await this.#set(host, end, "up");
  }

  /** What still runs on them goes on without a network. */
  async [Symbol.asyncDispose](): Promise<void> {
    const names = [this.#server, ...Array.from({ length: this.count }, (_each, at) => this.#name(at))];
    for (const name of names) await ip("netns", "del", name).catch(() => undefined);
  }

  #name(host: number): string {
    return `${prefix}${process.pid}-host${host}`;
  }

  async #make(name: string): Promise<void> {
    await ip("netns", "add", name);
    await ip("-n", name, "link", "set", "lo", "up");
  }

  async #tie(host: number): Promise<void> {
    const name = this.#name(host);
    await this.#make(name);
    const serverEnd = ["name", `to-host${host}`, "netns", this.#server];
    await ip("link", "add", ...serverEnd, "type", "veth", "peer", "name", "to-server", "netns", name);
    await ip("-n", this.#server, "address", "add", `${this.serverAddress(host)}/24`, "dev", `to-host${host}`);
    await ip("-n", name, "address", "add", `10.231.${host}.2/24`, "dev", "to-server");
    await this.mend(host, "the server's");
    await this.mend(host, "its own");
  }

  async #set(host: number, end: "its own" | "the server's", state: "up" | "down"): Promise<void> {
    if (end === "its own") await ip("-n", this.#name(host), "link", "set", "to-server", state);
    else await ip("-n", this.#server, "link", "set", `to-host${host}`, state);
  }
}

async function removeLeft(): Promise<void> {
  for (const line of (await ip("netns", "list")).split("\n")) {
    const [name = ""] = line.split(" ");
    const maker = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (maker !== undefined && !isAlive(Number(maker))) await ip("netns", "del", name);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function ip(...given: readonly string[]): Promise<string> {
  return (await run("ip", given)).stdout;
}
