/**
 * Two network namespaces joined by a veth pair, with nothing on the wire but what a test sends:
 * no IPv6, neighbours that need not be asked for, and nobody who answers.
 *
 * @module
 */
import { mustRun } from "./must.ts";

/** One end of the pair. */
export interface WireEnd {
  /** Path of its network namespace, for `--netns`. */
  readonly netns: string;
  readonly interface: string;
  readonly address: string;
  /** An address of nobody: what is sent to it comes in here, and is dropped without an answer. */
  readonly silentAddress: string;
  readonly mac: string;
}

function end(name: string, side: "a" | "b", number: number): WireEnd {
  return {
    netns: `/run/netns/${name}${side}`,
    interface: `bpf${side}`,
    address: `10.199.0.${number}`,
    silentAddress: `10.199.0.${100 + number}`,
    mac: `02:00:00:00:00:0${number}`,
  };
}

/** No IPv6, and no forwarding, which a new namespace takes over from the machine's own. */
export const QUIET = `for f in all default; do
  p=/proc/sys/net/ipv6/conf/$f/disable_ipv6
  if [ -e $p ]; then echo 1 > $p; fi
done
echo 0 > /proc/sys/net/ipv4/ip_forward`;

function inside(netns: string, script: string): Promise<string> {
  return mustRun("nsenter", [`--net=${netns}`, "bash", "-euc", script]);
}

/** A wire with two ends, far from the machine's own network. */
export class Wire implements AsyncDisposable {
  /** Where programs are attached. */
  readonly near: WireEnd;
  /** Where packets come from. */
  readonly far: WireEnd;

  private constructor(name: string) {
    this.near = end(name, "a", 1);
    this.far = end(name, "b", 2);
  }

  /** Makes both namespaces and the pair, up and quiet. */
  static async make(): Promise<Wire> {
    const wire = new Wire(`bpfman-${crypto.randomUUID().slice(0, 8)}`);
    await using undo = new AsyncDisposableStack();
    undo.use(wire);
    const { near, far } = wire;
    for (const { netns } of [near, far]) {
      await mustRun("ip", ["netns", "add", netns.slice("/run/netns/".length)]);
      await inside(netns, QUIET);
    }
    await inside(
      near.netns,
      `ip link add ${near.interface} address ${near.mac} type veth \\
         peer name ${far.interface} address ${far.mac} netns ${nameOf(far)}
       ${upScript(near, far)}`,
    );
    await inside(far.netns, upScript(far, near));
    undo.move();
    return wire;
  }

  /** Sends datagrams from the far end to the near one. */
  async sendIn(count: number): Promise<void> {
    await send(this.far, this.near, count);
  }

  /** Sends datagrams from the near end to the far one. */
  async sendOut(count: number): Promise<void> {
    await send(this.near, this.far, count);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const present = new Set([...Deno.readDirSync("/run/netns")].map(({ name }) => name));
    for (const side of [this.near, this.far]) {
      const name = nameOf(side);
      if (present.has(name)) await mustRun("ip", ["netns", "del", name]);
    }
  }
}

function nameOf({ netns }: WireEnd): string {
  return netns.slice("/run/netns/".length);
}

function upScript(own: WireEnd, other: WireEnd): string {
  return `ip addr add ${own.address}/24 dev ${own.interface}
    ip link set ${own.interface} up
    for address in ${other.address} ${other.silentAddress}; do
      ip neigh replace $address lladdr ${other.mac} dev ${own.interface} nud permanent
    done`;
}

/** One datagram per round, to where nobody refuses it. */
function send(from: WireEnd, to: WireEnd, count: number): Promise<string> {
  const loop = `for ((i = 0; i < ${count}; i++)); do echo x > /dev/udp/${to.silentAddress}/9; done`;
  return inside(from.netns, loop);
}
