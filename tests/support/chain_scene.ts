/**
 * A chain of members on a wire of its own: attached one by one, changed in one swap, and asked for
 * the verdict that the kernel's main program gives.
 *
 * @module
 */
import type { ChainHook, EngineChoice } from "../../core/chain/model.ts";
import { hookKey } from "../../core/chain/model.ts";
import { type ChainKind, wordOf } from "../../core/chain/proceed_on.ts";
import type { HookRecord } from "../../core/chain/record.ts";
import type { Manager } from "../../core/api.ts";
import { Layout } from "../../core/layout.ts";
import { readSnapshot } from "../../core/store/snapshot.ts";
import type { AttachTarget, LinkId, LinkView, ProgramId } from "../../core/types.ts";
import type { Fd } from "../../ffi/fd.ts";
import { openKernel } from "../../ffi/mod.ts";
import { fixture } from "./cli.ts";
import { openOn } from "./in_process.ts";
import { mainProgramOf } from "./main_program.ts";
import { Member } from "./member.ts";
import { must } from "./must.ts";
import { Wire } from "./netns.ts";
import { openProgram } from "./raw_objects.ts";
import { Workspace } from "./workspace.ts";

/** What the programs of a scene count in one run: another number than the object's own. */
export const STEP = 3;

/** Where and how a scene's chain runs; libxdp works in the namespace of this process only. */
export interface SceneOptions {
  readonly kind: ChainKind;
  readonly choice: EngineChoice;
}

/** Where in a chain a member goes. */
export interface MemberPlace {
  readonly priority: number;
  /** Codes. @default the kind's default */
  readonly proceedOn?: readonly number[];
}

/** A new place for a member. */
export interface PlaceChange extends Partial<MemberPlace> {
  readonly linkId: LinkId;
}

/** A network, a runtime directory and programs. */
export class ChainScene implements AsyncDisposable {
  readonly kind: ChainKind;
  readonly choice: EngineChoice;
  readonly workspace: Workspace;
  readonly wire: Wire;
  readonly manager: Manager;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    { kind, choice }: SceneOptions,
    parts: Pick<ChainScene, "workspace" | "wire" | "manager"> & { stack: AsyncDisposableStack },
  ) {
    this.kind = kind;
    this.choice = choice;
    this.workspace = parts.workspace;
    this.wire = parts.wire;
    this.manager = parts.manager;
    this.#stack = parts.stack;
  }

  /** Makes a scene with nothing loaded. */
  static async make(options: SceneOptions): Promise<ChainScene> {
    await using stack = new AsyncDisposableStack();
    const workspace = stack.use(await Workspace.make());
    const wire = stack.use(await Wire.make({ isNearAtHome: options.choice === "libxdp" }));
    const manager = stack.use(await openOn(workspace));
    return new ChainScene(options, { workspace, wire, manager, stack: stack.move() });
  }

  /** Another hook of the same kind for the same programs. */
  async sibling(): Promise<ChainScene> {
    await using stack = new AsyncDisposableStack();
    const { kind, choice, workspace, manager } = this;
    const wire = stack.use(await Wire.make({ isNearAtHome: choice === "libxdp" }));
    return new ChainScene({ kind, choice }, { workspace, wire, manager, stack: stack.move() });
  }

  /** The hook, as core names it. */
  get hook(): ChainHook {
    const { netns, interface: name } = this.wire.near;
    const { network } = openKernel();
    const place = {
      interface: name,
      netns,
      nsid: network.namespaceId(netns),
      ifindex: network.within(netns, () => network.indexOf(name)),
    };
    return this.kind === "xdp"
      ? { kind: "xdp", ...place }
      : { kind: "tc", direction: "ingress", ...place };
  }

  /** Loads programs of the kind's fixture, such as `["member", "gate"]`, each with its own maps. */
  async load(...names: readonly string[]): Promise<Member[]> {
    const { kind } = this;
    const views = await this.manager.load({
      path: fixture(`${kind}_member`),
      programs: names.map((name) => ({ type: kind, name: `${kind}_${name}` })),
      globals: { step: String(STEP) },
    });
    return views.map(({ record }) => this.#stack.use(new Member(record.programId)));
  }

  /** The target of an attach. */
  target({ priority, proceedOn }: MemberPlace): AttachTarget {
    const { netns, interface: name } = this.wire.near;
    const words = proceedOn?.map((code) => this.#word(code));
    const place = {
      interface: name,
      netns,
      priority,
      engine: this.choice,
      ...(words === undefined ? {} : { proceedOn: words }),
    };
    return this.kind === "xdp"
      ? { kind: "xdp", ...place }
      : { kind: "tc", direction: "ingress", ...place };
  }

  /** Attaches a program. */
  attach(programId: ProgramId, place: MemberPlace): Promise<LinkView> {
    return this.manager.attach({ programId, target: this.target(place) });
  }

  /** Changes several links in one swap. */
  async update(...changes: readonly PlaceChange[]): Promise<void> {
    const update = changes.map(({ linkId: id, priority, proceedOn }) => ({
      id,
      ...(priority === undefined ? {} : { priority }),
      ...(proceedOn === undefined ? {} : { proceedOn: proceedOn.map((code) => this.#word(code)) }),
    }));
    await this.manager.changeChain({ update });
  }

  #word(code: number): string {
    return wordOf(this.kind, code);
  }

  #record(): HookRecord | undefined {
    const { hooks } = readSnapshot(new Layout(this.workspace.path).snapshot);
    return hooks.get(hookKey(this.hook));
  }

  /** True when anything is remembered of the hook. */
  hasRecord(): boolean {
    return this.#record() !== undefined;
  }

  /** What is remembered of the hook. */
  record(): HookRecord {
    return must(this.#record(), "row of the hook");
  }

  /** Opens the program that the kernel itself says is on the hook. */
  openMain(): Fd {
    return openProgram(must(mainProgramOf(this.hook), "program on the hook"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { programId } of await this.manager.listPrograms()) {
      await this.manager.unload(programId);
    }
    await this.#stack.disposeAsync();
  }
}
