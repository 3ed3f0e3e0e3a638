/**
 * What tests of one program type need around them, made when it is asked for.
 *
 * @module
 */
import { Actor } from "./actor.ts";
import { mustRun } from "./must.ts";
import { Wire } from "./netns.ts";
import { NetkitPair } from "./netkit.ts";
import { cgroup2Mount } from "./features.ts";
import { Workspace } from "./workspace.ts";

/** A cgroup of version 2 that is removed at the end. */
export class Cgroup implements AsyncDisposable {
  /** Absolute path. */
  readonly path: string;

  constructor() {
    this.path = `${cgroup2Mount() ?? "/sys/fs/cgroup"}/bpfman-${crypto.randomUUID().slice(0, 8)}`;
    Deno.mkdirSync(this.path);
  }

  /** Moves a process into it. */
  add(pid: number): void {
    Deno.writeTextFileSync(`${this.path}/cgroup.procs`, String(pid));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // the last process may need a moment to leave
    await mustRun("sh", [
      "-c",
      `for i in $(seq 1200); do [ -d "$1" ] || exit 0; rmdir "$1" 2>/dev/null && exit 0; sleep 0.05; done; exit 1`,
      "rmdir",
      this.path,
    ]);
  }
}

/** Everything that a test uses; what was made is taken away in the opposite order. */
export class Stage implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  #workspace?: Promise<Workspace>;
  #wire?: Promise<Wire>;
  #actor?: Promise<Actor>;
  #remover?: Promise<Actor>;
  #netkit?: Promise<NetkitPair>;
  #cgroup?: Cgroup;

  /** A runtime directory. */
  workspace(): Promise<Workspace> {
    return this.#workspace ??= this.#keep(Workspace.make());
  }

  /** Two network namespaces with a veth pair. */
  wire(): Promise<Wire> {
    return this.#wire ??= this.#keep(Wire.make());
  }

  /** Two network namespaces with a netkit pair. */
  netkit(): Promise<NetkitPair> {
    return this.#netkit ??= this.#keep(NetkitPair.make());
  }

  /** A process that does what it is told; in the cgroup where there is one. */
  actor(): Promise<Actor> {
    return this.#actor ??= this.#keep(Actor.start());
  }

  /** A process that removes files. */
  remover(): Promise<Actor> {
    return this.#remover ??= this.#keep(Actor.startPerl());
  }

  /** A cgroup with the actor in it. */
  async cgroup(): Promise<Cgroup> {
    if (this.#cgroup === undefined) {
      this.#cgroup = this.#stack.use(new Cgroup());
      this.#cgroup.add((await this.actor()).pid);
    }
    return this.#cgroup;
  }

  async #keep<T extends AsyncDisposable>(made: Promise<T>): Promise<T> {
    return this.#stack.use(await made);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
