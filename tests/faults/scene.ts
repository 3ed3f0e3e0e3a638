/**
 * What the sweep runs on, and what must be true after a fault.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { AttachTarget, ProgramId } from "../../core/types.ts";
import type { Manager } from "../../core/api.ts";
import { openOn } from "../support/in_process.ts";
import { openKernel } from "../../ffi/mod.ts";
import { must, mustBecome } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { OwnObject } from "../support/own_object.ts";
import { StateScene } from "../support/state_scene.ts";
import { checkAgreement, pinnedLinks, pinnedPrograms } from "../support/truth.ts";
import { Cli } from "../support/cli.ts";
import { historyIn, strayData } from "./data.ts";
import { filesIn, hooksOf } from "./residue.ts";
import { Tracer } from "./trace.ts";
import { harmful, type Picture } from "./verdict.ts";

/** A link that does not exist. */
export const NEVER = "1000000";

/** A command that changes nothing but what has to be mended. */
const NEXT = ["detach", NEVER, "--ignore-missing"];

/** Types that scenes load. */
export type SceneType = "xdp" | "tc" | "tcx" | "tracepoint";

/** What a scene is made of. */
interface Parts {
  readonly state: StateScene;
  readonly wire: Wire;
  readonly manager: Manager;
  readonly object: OwnObject;
  readonly tracer: Tracer;
}

/** A runtime directory, a wire, and an object whose programs nobody else has. */
export class FaultScene implements AsyncDisposable {
  readonly state: StateScene;
  readonly wire: Wire;
  readonly manager: Manager;
  readonly object: OwnObject;
  readonly tracer: Tracer;
  /** A folder for files of a verb. */
  readonly folder: string;
  readonly #stack: AsyncDisposableStack;
  /** Files of the directory where nothing is loaded, once something was. */
  #files: readonly string[] | null = null;

  private constructor(parts: Parts, folder: string, stack: AsyncDisposableStack) {
    this.state = parts.state;
    this.wire = parts.wire;
    this.manager = parts.manager;
    this.object = parts.object;
    this.tracer = parts.tracer;
    this.folder = folder;
    this.#stack = stack;
  }

  /**
   * Makes one; the directory is mounted from here on.
   *
   * @param tracerPath Where the tracer was built.
   */
  static async make(tracerPath: string): Promise<FaultScene> {
    await using stack = new AsyncDisposableStack();
    const state = stack.use(await StateScene.make("here"));
    const wire = stack.use(await Wire.make());
    const manager = stack.use(await openOn(state.workspace));
    const folder = await Deno.makeTempDir({ prefix: "bpfman-faults-" });
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const programs = ["xdp_first", "xdp_second", "tc_first", "many_openat"];
    const object = await OwnObject.make(folder, "many", programs);
    const cli = new Cli(state.workspace, "process");
    const tracer = new Tracer(tracerPath, state.workspace, cli);
    await manager.detach(Number(NEVER), { ignoreMissing: true });
    return new FaultScene({ state, wire, manager, object, tracer }, folder, stack.move());
  }

  /** The data directory, with generations of applications. */
  get data(): string {
    return `${this.state.workspace.path}/data`;
  }

  /** Loads one program. */
  async load(type: SceneType, name: string): Promise<ProgramId> {
    const programs = [{ type, name: this.object.name(name) }];
    const [view] = await this.manager.load({ path: this.object.path, programs });
    return must(view, "program").record.programId;
  }

  /** Attaches a program to the near end of the wire, once for each priority. */
  async attach(
    programId: ProgramId,
    kind: "xdp" | "tc" | "tcx",
    priorities: readonly number[],
  ): Promise<number[]> {
    const ids: number[] = [];
    const { netns, interface: name } = this.wire.near;
    for (const priority of priorities) {
      const place = { interface: name, netns, priority };
      const target: AttachTarget = kind === "xdp"
        ? { kind, ...place }
        : { kind, ...place, direction: "ingress" };
      ids.push((await this.manager.attach({ programId, target })).record.id);
    }
    return ids;
  }

  /** Words of an attach to the wire. */
  place(kind: "xdp" | "tc" | "tcx", priority: number): string[] {
    const { netns, interface: name } = this.wire.near;
    const side = kind === "xdp" ? [] : ["--direction", "ingress"];
    return [kind, "--iface", name, "--netns", netns, ...side, "--priority", String(priority)];
  }

  /** Ids of the programs that are there, ascending. */
  async programIds(): Promise<readonly ProgramId[]> {
    return (await this.manager.listPrograms()).map(({ programId }) => programId);
  }

  /** What is there. Of programs it is told which of those before they are, or that they are new. */
  async picture(before: readonly ProgramId[]): Promise<Picture> {
    const links = await this.manager.listLinks();
    const rows = (await this.manager.listPrograms()).map(({ programId, record }) => {
      const at = before.indexOf(programId);
      const word = at < 0 ? "new program" : `old program ${at}`;
      const places = links.filter((link) => link.record.programId === programId)
        .map(({ record: { details } }) =>
          `${details.kind} ${"priority" in details ? details.priority : ""}`
        );
      return [`${word}, ${this.object.oldName(record?.name ?? "")}`, places.sort()] as const;
    });
    this.manager.notices();
    strictEqual(new Set(rows.map(([word]) => word)).size, rows.length, "a program is doubled");
    const history = await historyIn(this);
    return new Map([...rows, ...history.length === 0 ? [] : [["history", history] as const]]);
  }

  /** The status is true: what it calls fine is fine, and what is listed is there. */
  async checkStatus(): Promise<void> {
    const { json } = await this.state.status();
    ok(json.status !== "changing", "somebody is said to change something");
    const programs = await this.manager.listPrograms();
    const links = await this.manager.listLinks();
    this.manager.notices();
    for (const { programId, kernel } of programs) {
      ok(kernel !== null, `program ${programId} is listed and not in the kernel`);
    }
    for (const { record, isKernelSeen } of links) {
      ok(isKernelSeen, `link ${record.id} is listed and not in the kernel`);
    }
    if (json.status === "drift") return;
    const { workspace } = this.state;
    const ids = programs.map(({ programId }) => Number(programId));
    deepStrictEqual(ids, pinnedPrograms(workspace), "fine, but programs and pins differ");
    const own = links.filter(({ chain }) => chain === null).map(({ record }) => record.pinPath);
    for (const path of own) ok(pinnedLinks(workspace).includes(path), `fine, but no ${path}`);
  }

  /** The next command converges: rows, pins and kernel agree, chains are in order, none leaks. */
  async checkConverged(command: readonly string[] = NEXT): Promise<void> {
    const { workspace } = this.state;
    await harmful("wedged", async () => {
      // in a jail, as a user has it
      const next = await new Cli(workspace, "process").run(command);
      strictEqual(next.code, 0, `the next command fails: ${next.stderr}`);
      deepStrictEqual(await this.state.codes(), [], "the next command leaves a difference");
    });
    const rows = await harmful("wedged", () => checkAgreement(workspace));
    const ids = rows.programs.map(({ programId }) => programId);
    await harmful("leaked", () => this.#checkKernel(ids));
    for (const { members } of await this.manager.listDispatchers()) {
      const order = members.map(({ member }) => [member.priority, Number(member.linkId)] as const);
      const sorted = order.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
      await harmful("wedged", () => deepStrictEqual(order, sorted, "the chain is out of order"));
    }
  }

  /** The kernel has these programs, and no others of ours once those of the dead are freed. */
  async #checkKernel(ids: readonly ProgramId[]): Promise<void> {
    const { bpf } = openKernel();
    for (const id of ids) ok(bpf.programInfo(id) !== null, `program ${id} is not in the kernel`);
    // one whose load had a fault at libbpf's questions about names may have none
    await mustBecome(
      () => `the end of all programs but [${ids}], of [${this.object.programsInKernel()}],`,
      () => this.object.programsInKernel().every((id) => ids.includes(id)),
    );
  }

  /** Takes all away; nothing is left. */
  async clear(): Promise<void> {
    const { workspace } = this.state;
    await harmful("wedged", () => this.manager.deletePrograms("all", { recursive: true }));
    this.manager.notices();
    await harmful("leaked", async () => {
      deepStrictEqual(workspace.litter(), [], "something is left over");
      await this.#checkKernel([]);
      deepStrictEqual(await hooksOf(this.wire.near), [], "something is left on the interface");
      deepStrictEqual(await strayData(this), [], "files of no generation are left over");
      await Deno.remove(this.data, { recursive: true }).catch(() => {});
      const files = filesIn(workspace);
      this.#files ??= files;
      const extra = files.filter((name) => !this.#files?.includes(name));
      deepStrictEqual(extra, [], "files are left over");
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
