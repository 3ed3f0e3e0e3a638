/**
 * One engine at work without a hook: members are loaded by the product, the engine makes main
 * programs of them, and those run on packets of the test (BPF_PROG_TEST_RUN).
 *
 * @module
 */
import type { Manager } from "../../core/api.ts";
import type { BuiltChain, ChainContext, ChainEngine, ChainSpec } from "../../core/chain/engine.ts";
import { makeFolder } from "../../core/chain/folder.ts";
import { type ChainHook, type ChainMember, hookKey } from "../../core/chain/model.ts";
import type { ChainKind } from "../../core/chain/proceed_on.ts";
import type { HookRecord } from "../../core/chain/record.ts";
import { Layout } from "../../core/layout.ts";
import type { Machine } from "../../core/machine.ts";
import { EMPTY_STATE, type StoreState } from "../../core/store/state.ts";
import type { ProgramRecord } from "../../core/types.ts";
import { openKernel } from "../../ffi/mod.ts";
import { openOn } from "./in_process.ts";
import { Member } from "./member.ts";
import { must } from "./must.ts";
import { openProgram, type TestRun, testRun } from "./raw_objects.ts";
import { Workspace } from "./workspace.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url).pathname;
const PACKET = new Uint8Array(64);

/** A chain that was built. */
export interface StagedChain {
  readonly built: BuiltChain;
  readonly spec: ChainSpec;
  /** The kernel's id of the main program. */
  readonly mainId: number;
  /** Folder of its pins. */
  readonly folder: string;
}

/** A place that no packet meets. */
export function hookOf(kind: ChainKind): ChainHook {
  const place = { interface: "nowhere0", ifindex: 4_000_000, netns: null, nsid: 1 } as const;
  return kind === "xdp" ? { ...place, kind } : { ...place, kind, direction: "ingress" };
}

/** Members, an engine, and what it made. */
export class EngineStage implements AsyncDisposable {
  readonly engine: ChainEngine;
  readonly machine: Machine;
  readonly #workspace: Workspace;
  readonly #manager: Manager;
  readonly #stack = new DisposableStack();
  readonly #records = new Map<number, ProgramRecord>();
  readonly #hooks = new Map<string, HookRecord>();
  #revision = 0;

  private constructor(engine: ChainEngine, workspace: Workspace, manager: Manager) {
    this.engine = engine;
    this.#workspace = workspace;
    this.#manager = manager;
    const layout = new Layout(workspace.path);
    this.machine = { kernel: openKernel(), layout, now: () => new Date() };
  }

  /** Makes an empty one. */
  static async make(engine: ChainEngine): Promise<EngineStage> {
    const workspace = await Workspace.make();
    return new EngineStage(engine, workspace, await openOn(workspace));
  }

  /** What the engine may look at. */
  get context(): ChainContext {
    const state: StoreState = { ...EMPTY_STATE, programs: this.#records, hooks: this.#hooks };
    return { machine: this.machine, state };
  }

  /** Loads a program of a fixture, or of the object at an absolute path. */
  async load(kind: ChainKind, object: string, name: string): Promise<Member> {
    const path = object.startsWith("/") ? object : `${FIXTURES}${object}.bpf.o`;
    const [view] = await this.#manager.load({ path, programs: [{ type: kind, name }] });
    const { record } = must(view, "program");
    this.#records.set(record.programId, record);
    return this.#stack.use(new Member(record.programId));
  }

  /** Loads the plain member several times. */
  async loadMembers(kind: ChainKind, count: number): Promise<Member[]> {
    const members: Member[] = [];
    while (members.length < count) {
      members.push(await this.load(kind, `${kind}_member`, `${kind}_member`));
    }
    return members;
  }

  /** A chain in the order of its members. */
  specOf(
    kind: ChainKind,
    members: readonly Member[],
    proceedOn: readonly (readonly number[])[],
  ): ChainSpec {
    const rows = members.map(({ programId }, at): ChainMember => ({
      linkId: at + 1,
      programId,
      priority: 50 + at,
      proceedOn: proceedOn[at] ?? [],
    }));
    return { hook: hookOf(kind), members: rows, mode: kind === "xdp" ? "native" : null };
  }

  /** Lets the engine build the next version of a chain; it lives as long as the stage. */
  build(spec: ChainSpec): StagedChain {
    const number = ++this.#revision;
    const folder = this.machine.layout.revision(spec.hook, number);
    makeFolder(this.machine, folder);
    const built = this.#stack.use(this.engine.build(this.context, spec, { number, folder }));
    const mainId = this.machine.kernel.bpf.programInfoByFd(built.mainFd).id;
    return { built, spec, mainId, folder };
  }

  /** Lets the engine know a chain as the one that packets meet. */
  seat({ spec, mainId }: StagedChain): void {
    const { hook, members, mode } = spec;
    const seat = { kind: "xdp", pinPath: "", kernelLinkId: 0 } as const;
    this.#hooks.set(hookKey(hook), {
      version: 1,
      hook,
      next: null,
      current: {
        revision: this.#revision,
        choice: "auto",
        engine: this.engine.name,
        reason: "",
        members,
        mode,
        isModeForced: false,
        mainProgramId: mainId,
        seat,
      },
    });
  }

  /** Sends one packet through a chain. */
  run({ mainId }: StagedChain, packet: Uint8Array = PACKET): TestRun {
    using main = openProgram(mainId);
    return testRun(main, packet);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stack.dispose();
    await this.#manager[Symbol.asyncDispose]();
    await this.#workspace[Symbol.asyncDispose]();
  }
}
