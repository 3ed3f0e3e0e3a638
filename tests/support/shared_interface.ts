/**
 * An interface that this process and xdp-loader share: libxdp is used in one's own network namespace
 * only, so that the interface is in that of the test, with a random name and nothing on the wire.
 *
 * @module
 */
import { readDispatcher } from "../../core/chain/libxdp/dispatcher.ts";
import { Layout } from "../../core/layout.ts";
import type { Machine } from "../../core/machine.ts";
import { openKernel } from "../../ffi/mod.ts";
import { fixture } from "./cli.ts";
import { must, mustRun } from "./must.ts";
import { openProgram, testRun } from "./raw_objects.ts";

const PINS = "/sys/fs/bpf/xdp";
const PACKET = new Uint8Array(64);

/** A line of `xdp-loader status`. */
export interface StatusRow {
  readonly priority: number;
  readonly name: string;
  readonly id: number;
  readonly actions: string;
}

/** One end of a pair. */
export class SharedInterface implements AsyncDisposable {
  readonly name: string;
  readonly ifindex: number;
  readonly #machine: Machine;
  #isPresent = true;

  private constructor(name: string) {
    this.name = name;
    const layout = new Layout("/nowhere");
    this.#machine = { kernel: openKernel(), layout, now: () => new Date() };
    this.ifindex = this.#machine.kernel.network.indexOf(name);
  }

  /** Makes the pair. */
  static async make(): Promise<SharedInterface> {
    const suffix = crypto.randomUUID().slice(0, 6);
    const [name, peer] = [`sh${suffix}a`, `sh${suffix}b`];
    await mustRun("ip", ["link", "add", name, "type", "veth", "peer", "name", peer]);
    for (const end of [name, peer]) {
      const path = `/proc/sys/net/ipv6/conf/${end}/disable_ipv6`;
      await mustRun("sh", ["-c", `if [ -e ${path} ]; then echo 1 > ${path}; fi`]);
      await mustRun("ip", ["link", "set", end, "up"]);
    }
    return new SharedInterface(name);
  }

  /** Lets xdp-loader load a program of a fixture. */
  async loadForeign(object: string, name: string, priority: number): Promise<void> {
    const place = ["-P", String(priority), "-n", name];
    await mustRun("xdp-loader", ["load", "-m", "native", ...place, this.name, fixture(object)]);
  }

  /** Lets xdp-loader unload one program, or all. */
  async unloadForeign(id: number | "all"): Promise<void> {
    const which = id === "all" ? ["--all"] : ["--id", String(id)];
    await mustRun("xdp-loader", ["unload", this.name, ...which]);
  }

  /** What xdp-loader says is there, in the order in which it runs. */
  async status(): Promise<StatusRow[]> {
    const text = await mustRun("xdp-loader", ["status", this.name]);
    return text.split("\n").map((line) =>
      /^ =>\s+(\d+)\s+(\S+)\s+(\d+)\s+[0-9a-f]+\s+(\S*)/.exec(line)
    ).filter((found) => found !== null).map(([, priority, name, id, actions]) => ({
      priority: Number(priority),
      name: name ?? "",
      id: Number(id),
      actions: actions ?? "",
    }));
  }

  /** Sends one packet through the dispatcher that is there; returns the verdict. */
  send(): number {
    const there = must(readDispatcher(this.#machine, this.ifindex), "dispatcher");
    using main = openProgram(there.mainProgramId);
    return testRun(main, PACKET).verdict;
  }

  /** True while any XDP program is on it. */
  isTaken(): boolean {
    return this.#machine.kernel.traffic.xdp(this.ifindex) !== null;
  }

  /** Folders of pins that libxdp has for the interface. */
  pinFolders(): string[] {
    const { files } = this.#machine.kernel;
    return files.list(PINS).filter((name) => name.startsWith(`dispatch-${this.ifindex}-`));
  }

  /** Removes the interface, and with it the pair. */
  async remove(): Promise<void> {
    if (!this.#isPresent) return;
    this.#isPresent = false;
    await mustRun("ip", ["link", "del", this.name]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const there = this.#isPresent ? readDispatcher(this.#machine, this.ifindex) : null;
    if (there !== null) await this.unloadForeign("all");
    await this.remove();
  }
}
