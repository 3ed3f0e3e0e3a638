/**
 * Two network namespaces joined by a netkit pair, with nothing on it but what a test sends.
 *
 * @module
 */
import { mustRun } from "./must.ts";
import { QUIET } from "./netns.ts";

/** Name of the primary interface; the kernel names the peer nk0, as older ip cannot. */
const PRIMARY = "prim";
const PEER = "nk0";

function inside(netns: string, script: string): Promise<string> {
  return mustRun("nsenter", [`--net=/run/netns/${netns}`, "bash", "-euc", script]);
}

/** A netkit pair. */
export class NetkitPair implements AsyncDisposable {
  /** The primary interface. */
  readonly interface: string = PRIMARY;
  readonly #primary: string;
  readonly #peer: string;

  private constructor(name: string) {
    this.#primary = `${name}a`;
    this.#peer = `${name}b`;
  }

  /** Makes both namespaces and the pair, up and quiet. */
  static async make(): Promise<NetkitPair> {
    const pair = new NetkitPair(`bpfman-${crypto.randomUUID().slice(0, 8)}`);
    await using undo = new AsyncDisposableStack();
    undo.use(pair);
    for (const name of [pair.#primary, pair.#peer]) {
      await mustRun("ip", ["netns", "add", name]);
      await inside(name, QUIET);
    }
    await inside(
      pair.#primary,
      `ip link add ${PRIMARY} type netkit
       ip link set ${PEER} netns ${pair.#peer}
       ip addr add 10.198.0.1/24 dev ${PRIMARY} && ip link set ${PRIMARY} up`,
    );
    await inside(pair.#peer, `ip addr add 10.198.0.2/24 dev ${PEER} && ip link set ${PEER} up`);
    undo.move();
    return pair;
  }

  /** Path of the namespace of the primary interface, for `--netns`. */
  get netns(): string {
    return `/run/netns/${this.#primary}`;
  }

  /** Sends datagrams out of the primary interface. */
  async sendFromPrimary(count: number): Promise<void> {
    await inside(
      this.#primary,
      `for ((i = 0; i < ${count}; i++)); do echo x > /dev/udp/10.198.0.2/9; done`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const present = new Set([...Deno.readDirSync("/run/netns")].map(({ name }) => name));
    for (const name of [this.#primary, this.#peer]) {
      if (present.has(name)) await mustRun("ip", ["netns", "del", name]);
    }
  }
}
