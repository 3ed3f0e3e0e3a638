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

/** The namespace of this process. */
const HOME = "/proc/self/ns/net";

/** Where the near end of a wire is. */
export interface WireOptions {
  /** True to leave it in the namespace of this process, under a name of its own. @default false */
  readonly isNearAtHome?: boolean;
}

function nearEnd(name: string, { isNearAtHome = false }: WireOptions): WireEnd {
  const near = end(name, "a", 1);
  if (!isNearAtHome) return near;
  return { ...near, netns: HOME, interface: `${name.slice("bpfman-".length)}a` };
}

/** Keeps one interface from sending packets of its own. */
function withoutIpv6(name: string): string {
  return `p=/proc/sys/net/ipv6/conf/${name}/disable_ipv6
    if [ -e $p ]; then echo 1 > $p; fi`;
}

function inside(netns: string, script: string): Promise<string> {
  return mustRun("nsenter", [`--net=${netns}`, "bash", "-euc", script]);
}

/** A wire with two ends, far from the machine's own network. */
export class Wire implements AsyncDisposable {
  /** Where programs are attached. */
  readonly near: WireEnd;
  /** Where packets come from. */
  readonly far: WireEnd;

  private constructor(name: string, options: WireOptions) {
    this.near = nearEnd(name, options);
    this.far = end(name, "b", 2);
  }

  /** Makes both namespaces and the pair, up and quiet. */
  static async make(options: WireOptions = {}): Promise<Wire> {
    const wire = new Wire(`bpfman-${crypto.randomUUID().slice(0, 8)}`, options);
    await using undo = new AsyncDisposableStack();
    undo.use(wire);
    const { near, far } = wire;
    for (const { netns } of [near, far].filter(({ netns }) => netns !== HOME)) {
      await mustRun("ip", ["netns", "add", netns.slice("/run/netns/".length)]);
      await inside(netns, QUIET);
    }
    await inside(
      near.netns,
      `ip link add ${near.interface} address ${near.mac} type veth \\
         peer name ${far.interface} address ${far.mac} netns ${nameOf(far)}
       ${withoutIpv6(near.interface)}
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
      // an end at home goes with the other one
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
