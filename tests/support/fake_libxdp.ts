/**
 * An interface with a dispatcher of libxdp, in memory: programs join and leave, and its pins and its
 * configuration can be read as the real ones can.
 *
 * @module
 */
import { SyscallError } from "../../ffi/errno.ts";
import type { Kernel, LibxdpJoin, LibxdpProgram, OwnedFd, ProgramInfo } from "../../ffi/mod.ts";
import { fakeKernel } from "./fake_kernel.ts";

const [ENOENT, EINVAL, ENODEV] = [2, 22, 19];
const PINS = "/sys/fs/bpf/xdp";
const CONFIGURATION_ID = 7;
/** Name of every program that was loaded and is not in the dispatcher. */
export const LOADED_NAME = "xdp_member";

/** A program in the dispatcher; `origin` is the loaded program whose maps it has. */
interface FakeProgram extends LibxdpProgram {
  readonly origin: number;
}

function borrowed(raw: number): OwnedFd {
  return { raw, [Symbol.dispose]: () => {} };
}

/** The interface. */
export class FakeLibxdp {
  /** What was done, such as `join 50`, by priority. */
  readonly events: string[] = [];
  /** Told before each change. */
  onChange: () => void = () => {};
  /** Priority of a program that libxdp refuses. */
  refused = -1;
  #programs: FakeProgram[] = [];
  #nextId = 1000;
  #mainId = 500;
  #hasInterface = true;
  readonly #ifindex: number;
  readonly #nsid: number;

  constructor(ifindex: number, nsid: number) {
    this.#ifindex = ifindex;
    this.#nsid = nsid;
  }

  /** Priorities of the programs in their order. */
  get priorities(): number[] {
    return this.#programs.map(({ priority }) => priority);
  }

  /** Folders of pins that are there. */
  get folders(): string[] {
    return this.#programs.length === 0 ? [] : [`dispatch-${this.#ifindex}-${this.#mainId}`];
  }

  /** Somebody else loads a program; returns its id. */
  loadForeign(priority: number): number {
    return this.#add({ name: "foreign", priority, chainActions: [2], origin: 0 });
  }

  /** Somebody takes the program of a priority away. */
  unload(priority: number): void {
    this.#programs = this.#programs.filter((program) => program.priority !== priority);
    this.#mainId++;
  }

  /** Removes the interface; the pins stay. */
  removeInterface(): void {
    this.#hasInterface = false;
  }

  #add(program: Omit<FakeProgram, "id">): number {
    const id = this.#nextId++;
    this.#programs = [...this.#programs, { ...program, id }]
      .sort((a, b) => a.priority - b.priority);
    this.#mainId++;
    return id;
  }

  #join({ object, priority, chainActions }: LibxdpJoin): number {
    this.onChange();
    if (priority === this.refused) throw new SyscallError("xdp_program__attach", EINVAL);
    const [map] = object.reuseMaps ?? [];
    const origin = map !== undefined && "id" in map ? map.id : 0;
    this.events.push(`join ${priority}`);
    return this.#add({ name: object.program, priority, chainActions, origin });
  }

  #leave(id: number): boolean {
    this.onChange();
    const found = this.#programs.find((program) => program.id === id);
    if (found === undefined) return false;
    this.events.push(`leave ${found.priority}`);
    this.#programs = this.#programs.filter((program) => program !== found);
    this.#mainId++;
    return true;
  }

  #info(id: number): ProgramInfo {
    const { name, origin } = this.#programs.find((program) => program.id === id) ??
      { name: LOADED_NAME, origin: id };
    const mapIds = id === this.#mainId ? [CONFIGURATION_ID] : [origin];
    return { id, name, tag: `tag of ${origin}`, mapIds } as unknown as ProgramInfo;
  }

  #configuration(): Uint8Array {
    const bytes = new Uint8Array(124);
    const view = new DataView(bytes.buffer);
    bytes.set([236, 2, this.#programs.length]);
    for (const [slot, { priority, chainActions }] of this.#programs.entries()) {
      const mask = chainActions.reduce((bits, action) => bits | 1 << action, 1 << 31);
      view.setUint32(4 + 4 * slot, mask >>> 0, true);
      view.setUint32(44 + 4 * slot, priority, true);
    }
    return bytes;
  }

  #list(path: string): string[] {
    if (path === PINS) return this.folders;
    if (path !== `${PINS}/${this.folders[0]}`) return [];
    return this.#programs.map((_, slot) => `prog${slot}-prog`);
  }

  #openPin(path: string): OwnedFd {
    const slot = /\/prog(\d+)-prog$/.exec(path)?.[1];
    const program = slot === undefined ? undefined : this.#programs[Number(slot)];
    if (program === undefined) throw new SyscallError("bpf(BPF_OBJ_GET)", ENOENT, path);
    return borrowed(program.id);
  }

  #xdp() {
    if (!this.#hasInterface) throw new SyscallError("rtnetlink(RTM_GETLINK)", ENODEV);
    if (this.#programs.length === 0) return null;
    return { mode: "native", programId: this.#mainId } as const;
  }

  /** A kernel with this interface. */
  kernel(): Kernel {
    return fakeKernel({
      network: { namespaceId: () => this.#nsid, within: (_, work) => work() },
      host: { capabilities: () => new Set(["CAP_NET_ADMIN", "CAP_SYS_ADMIN"]) },
      traffic: { xdp: () => this.#xdp() },
      files: {
        isBpffs: () => true,
        list: (path) => this.#list(path),
        remove: (path) => path.startsWith(PINS),
        removeDirectory: () => {
          this.#programs = [];
          return true;
        },
      },
      bpf: {
        openPin: (path) => this.#openPin(path),
        programInfo: (id) => this.#info(id),
        programInfoByFd: (fd) => this.#info(fd),
      },
      maps: { open: (id) => borrowed(id), read: () => this.#configuration() },
      libxdp: {
        dispatcher: () => null,
        join: (request) => this.#join(request),
        leave: (_, id) => this.#leave(id),
      },
    });
  }
}
