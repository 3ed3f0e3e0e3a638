/**
 * What the sweep runs on, and what must be true after a fault.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { AttachTarget, ProgramId } from "../../core/types.ts";
import type { Manager } from "../../core/api.ts";
import { openOn } from "../support/in_process.ts";
import { must } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { OwnObject } from "../support/own_object.ts";
import { StateScene } from "../support/state_scene.ts";
import { checkAgreement, pinnedLinks, pinnedPrograms } from "../support/truth.ts";
import { Cli } from "../support/cli.ts";
import { buildTracer } from "./build.ts";
import { Tracer } from "./trace.ts";

const NEVER = "1000000";

/** A runtime directory, a wire, and an object whose programs nobody else has. */
export class FaultScene implements AsyncDisposable {
  readonly state: StateScene;
  readonly wire: Wire;
  readonly manager: Manager;
  readonly object: OwnObject;
  readonly tracer: Tracer;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    parts: Pick<FaultScene, "state" | "wire" | "manager" | "object" | "tracer">,
    stack: AsyncDisposableStack,
  ) {
    this.state = parts.state;
    this.wire = parts.wire;
    this.manager = parts.manager;
    this.object = parts.object;
    this.tracer = parts.tracer;
    this.#stack = stack;
  }

  /** Makes one; the directory is mounted from here on. */
  static async make(): Promise<FaultScene> {
    await using stack = new AsyncDisposableStack();
    const state = stack.use(await StateScene.make("here"));
    const wire = stack.use(await Wire.make());
    const manager = stack.use(await openOn(state.workspace));
    const folder = await Deno.makeTempDir({ prefix: "bpfman-faults-" });
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const programs = ["xdp_first", "xdp_second", "tc_first", "many_openat"];
    const object = await OwnObject.make(folder, "many", programs);
    const cli = new Cli(state.workspace, "process");
    const tracer = new Tracer(await buildTracer(folder), state.workspace, cli);
    await manager.detach(Number(NEVER) as never, { ignoreMissing: true });
    return new FaultScene({ state, wire, manager, object, tracer }, stack.move());
  }

  /** Loads one program. */
  async load(type: "xdp" | "tc" | "tracepoint", name: string): Promise<ProgramId> {
    const programs = [{ type, name: this.object.name(name) }];
    const [view] = await this.manager.load({ path: this.object.path, programs });
    return must(view, "program").record.programId;
  }

  /** Attaches XDP programs, one for each priority. */
  async attachXdp(programId: ProgramId, priorities: readonly number[]): Promise<number[]> {
    const ids: number[] = [];
    for (const priority of priorities) {
      const { netns, interface: name } = this.wire.near;
      const target: AttachTarget = { kind: "xdp", interface: name, netns, priority };
      ids.push((await this.manager.attach({ programId, target })).record.id);
    }
    return ids;
  }

  /** Words of an attach to the wire. */
  place(kind: "xdp" | "tc", priority: number): string[] {
    const { netns, interface: name } = this.wire.near;
    const side = kind === "tc" ? ["--direction", "ingress"] : [];
    return [kind, "--iface", name, "--netns", netns, ...side, "--priority", String(priority)];
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
  async checkConverged(): Promise<void> {
    const { cli, workspace } = this.state;
    const next = await cli.run(["detach", NEVER, "--ignore-missing"]);
    strictEqual(next.code, 0, `the next command fails: ${next.stderr}`);
    deepStrictEqual(await this.state.codes(), [], "the next command leaves a difference");
    const rows = await checkAgreement(workspace);
    await this.object.mustBeInKernel(rows.programs.map(({ programId }) => programId));
    for (const { members } of await this.manager.listDispatchers()) {
      const order = members.map(({ member }) => [member.priority, Number(member.linkId)] as const);
      const sorted = order.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
      deepStrictEqual(order, sorted, "the chain is out of order");
    }
  }

  /** Takes all away; nothing is left. */
  async clear(): Promise<void> {
    await this.manager.deletePrograms("all", { recursive: true });
    this.manager.notices();
    deepStrictEqual(this.state.workspace.litter(), [], "something is left over");
    await this.object.mustBeInKernel([]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
