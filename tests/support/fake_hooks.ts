/**
 * A kernel of pins, links, filters and nothing else, for tests of chains: it keeps what a real one
 * would keep, and can fail at any call.
 *
 * @module
 */
import type { FilterPlace, Kernel, LinkInfo, OwnedFd, ProgramInfo } from "../../ffi/mod.ts";
import { SyscallError } from "../../ffi/errno.ts";
import type { Store } from "../../core/store/kv_store.ts";
import { applyChange, type StoreState } from "../../core/store/state.ts";
import { fakeKernel } from "./fake_kernel.ts";

const [ENOENT, EBUSY, EEXIST] = [2, 16, 17];

/** A program, or a link with the program that it runs. */
type Thing =
  | { readonly kind: "program"; readonly id: number }
  | { readonly kind: "link"; readonly id: number; programId: number; ifindex: number };

interface Filter extends FilterPlace {
  programId: number;
}

/** Told before each call that changes something, with its name. */
export type OnChange = (name: string) => void;

/** The kernel's side of some hooks. */
export class FakeHooks {
  /** Pins by path; folders end in a slash. */
  readonly pins = new Map<string, Thing>();
  readonly folders = new Set<string>();
  readonly filters: Filter[] = [];
  /** Interfaces with a clsact. */
  readonly clsacts = new Set<number>();
  onChange: OnChange = () => {};
  /** Told after each call that has changed a hook, with its name: its answer may get lost. */
  onAnswer: OnChange = () => {};
  /** Told on the way back from a network namespace. */
  onReturn: () => void = () => {};
  readonly #fds = new Map<number, Thing>();
  #nextFd = 3;
  #nextLink = 500;

  /** Puts a program into the kernel, pinned. */
  addProgram(id: number, path: string): void {
    this.pins.set(path, { kind: "program", id });
  }

  /** Removes an interface: its links run nothing any more, its filters are gone. */
  removeInterface(ifindex: number): void {
    for (const thing of this.pins.values()) {
      if (thing.kind === "link" && thing.ifindex === ifindex) thing.ifindex = 0;
    }
    this.filters.splice(0, Infinity, ...this.filters.filter((one) => one.ifindex !== ifindex));
    this.clsacts.delete(ifindex);
  }

  /** Program that an interface runs for XDP, null for none. */
  xdp(ifindex: number): number | null {
    for (const thing of this.pins.values()) {
      if (thing.kind === "link" && thing.ifindex === ifindex) return thing.programId;
    }
    return null;
  }

  #open(thing: Thing): OwnedFd {
    const raw = this.#nextFd++;
    this.#fds.set(raw, thing);
    return { raw, [Symbol.dispose]: () => this.#fds.delete(raw) };
  }

  #thing(fd: number): Thing {
    const thing = this.#fds.get(fd);
    if (thing === undefined) throw new Error(`Cannot use descriptor ${fd}: it is closed`);
    return thing;
  }

  #filterAt({ ifindex, direction, priority, handle }: FilterPlace): Filter | undefined {
    return this.filters.find((one) =>
      one.ifindex === ifindex && one.direction === direction && one.priority === priority &&
      one.handle === handle
    );
  }

  #files(): Partial<Kernel["files"]> {
    return {
      exists: (path) => this.pins.has(path) || this.folders.has(path),
      list: (path) => {
        const names = [...this.pins.keys(), ...this.folders]
          .filter((one) => one.startsWith(`${path}/`))
          .map((one) => one.slice(path.length + 1)).filter((name) => !name.includes("/"));
        return [...new Set(names)].sort();
      },
      makeDirectory: (path) => {
        this.onChange("makeDirectory");
        this.folders.add(path);
      },
      remove: (path) => {
        if (!this.pins.has(path)) return false;
        this.onChange("remove");
        return this.pins.delete(path);
      },
      removeDirectory: (path) => {
        if (!this.folders.has(path)) return false;
        this.onChange("removeDirectory");
        return this.folders.delete(path);
      },
    };
  }

  #bpf(): Partial<Kernel["bpf"]> {
    return {
      openPin: (path) => {
        const thing = this.pins.get(path);
        if (thing === undefined) throw new SyscallError("bpf(BPF_OBJ_GET)", ENOENT);
        return this.#open(thing);
      },
      pin: (fd, path) => {
        this.onChange("pin");
        if (this.pins.has(path)) throw new SyscallError("bpf(BPF_OBJ_PIN)", EEXIST);
        this.pins.set(path, this.#thing(fd));
      },
      programInfoByFd: (fd) => ({ id: this.#thing(fd).id } as ProgramInfo),
      programInfo: () => null,
      linkInfo: () => null,
      ids: () => [],
      linkInfoByFd: (fd) => {
        const thing = this.#thing(fd);
        if (thing.kind !== "link") throw new SyscallError("bpf(BPF_OBJ_GET_INFO_BY_FD)", 22);
        return { id: thing.id, ifindex: thing.ifindex, programId: thing.programId } as LinkInfo;
      },
      createLink: ({ programFd, target }) => {
        this.onChange("createLink");
        if (this.xdp(target) !== null) throw new SyscallError("bpf(BPF_LINK_CREATE)", EBUSY);
        const programId = this.#thing(programFd).id;
        return this.#open({ kind: "link", id: this.#nextLink++, programId, ifindex: target });
      },
      updateLink: (fd, programFd) => {
        this.onChange("updateLink");
        const thing = this.#thing(fd);
        if (thing.kind === "link") thing.programId = this.#thing(programFd).id;
        this.onAnswer("updateLink");
      },
      detachLink: (fd) => {
        this.onChange("detachLink");
        const thing = this.#thing(fd);
        if (thing.kind === "link") thing.ifindex = 0;
        return true;
      },
    };
  }

  #traffic(): Partial<Kernel["traffic"]> {
    return {
      ingressQdisc: (ifindex) => this.clsacts.has(ifindex) ? { kind: "clsact" } : null,
      addClsact: (ifindex) => {
        this.onChange("addClsact");
        this.clsacts.add(ifindex);
      },
      removeClsact: (ifindex) => {
        this.onChange("removeClsact");
        return this.clsacts.delete(ifindex);
      },
      filters: (ifindex, direction) =>
        this.filters.filter((one) => one.ifindex === ifindex && one.direction === direction)
          .map((one) => ({ ...one, kind: "bpf" })),
      addFilter: (place, fd) => {
        this.onChange("addFilter");
        if (this.#filterAt(place)) throw new SyscallError("rtnetlink(RTM_NEWTFILTER)", EEXIST);
        this.filters.push({ ...place, programId: this.#thing(fd).id });
        this.onAnswer("addFilter");
      },
      replaceFilter: (place, fd) => {
        this.onChange("replaceFilter");
        const found = this.#filterAt(place);
        if (found === undefined) throw new SyscallError("rtnetlink(RTM_NEWTFILTER)", ENOENT);
        found.programId = this.#thing(fd).id;
        this.onAnswer("replaceFilter");
      },
      deleteFilter: (place) => {
        this.onChange("deleteFilter");
        const found = this.#filterAt(place);
        if (found !== undefined) this.filters.splice(this.filters.indexOf(found), 1);
        this.onAnswer("deleteFilter");
        return found !== undefined;
      },
      xdp: (ifindex) => {
        const programId = this.xdp(ifindex);
        return programId === null ? null : { mode: "native", programId };
      },
    };
  }

  /** The kernel; `nsid` is the only network namespace. */
  kernel(nsid: number): Kernel {
    return fakeKernel({
      files: this.#files(),
      bpf: this.#bpf(),
      traffic: this.#traffic(),
      network: {
        within: <T>(_netns: string | null, work: () => T): T => {
          const made = work();
          this.onReturn();
          return made;
        },
        namespaceId: () => nsid,
      },
      host: {
        libxdpPrograms: () => null,
        capabilities: () => new Set(["CAP_BPF", "CAP_NET_ADMIN"]),
      },
    });
  }
}

/** A store that keeps its rows in memory. */
export class MemoryStore implements Store {
  state: StoreState;
  onCommit: () => void = () => {};

  constructor(state: StoreState) {
    this.state = state;
  }

  commit(change: Parameters<Store["commit"]>[0]): Promise<void> {
    return Promise.try(() => {
      this.onCommit();
      this.state = applyChange(this.state, change);
    });
  }

  [Symbol.dispose](): void {}
}
