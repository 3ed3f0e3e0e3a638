/**
 * Random applies, rollbacks, deletes and deaths, and the state that a fresh apply makes.
 *
 * @module
 */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { ApplyApplication, ApplyRequest, Generation } from "../../core/types.ts";
import { openKernel } from "../../ffi/mod.ts";
import { application, ApplyScene } from "./apply_scene.ts";
import { dieHere } from "./crash_child.ts";
import { mainProgramOf } from "./main_program.ts";
import { Member } from "./member.ts";
import { must } from "./must.ts";
import type { Random } from "./random.ts";
import { queryPrograms } from "./tcx_query.ts";
import { checkAgreement } from "./truth.ts";

const NEVER = 1_000_000;
/** An apply of all three has some 150 steps: a death may also come too late. */
const MOST_STEPS = 160;
const XDP_OBJECTS = ["xdp_member", "xdp_member_next"] as const;
const EVENTS = [
  { kind: "tracepoint", group: "syscalls", name: "sys_enter_acct" },
  { kind: "tracepoint", group: "syscalls", name: "sys_enter_swapon" },
] as const;

/** One random state of an application; priorities are its own, as equals go by who came first. */
type MakeApplication = (scene: ApplyScene, random: Random) => Promise<ApplyApplication>;

/** Links of XDP and tracepoint programs, chains of several, places that come and go. */
const APPLICATIONS: Readonly<Record<string, MakeApplication>> = {
  shield: (scene, random) =>
    application("shield", {
      object: XDP_OBJECTS[random.below(2)] ?? "xdp_member",
      programs: { xdp_member: random.some([10, 11, 12]).map((at) => scene.xdp(at)) },
      globals: {},
    }),
  meter: (scene, random) =>
    application("meter", {
      programs: Object.fromEntries(
        random.some(["xdp_gate", "xdp_grow", "xdp_member"]).map((name, at) =>
          [name, [scene.xdp(20 + 10 * at + random.below(5))]] as const
        ),
      ),
    }),
  counter: (scene, random) =>
    application("counter", {
      object: "tcx_counter",
      type: "tcx",
      programs: { tcx_ingress_count: [scene.tcx(1 + random.below(3))] },
      globals: {},
    }),
  probes: (_scene, random) =>
    application("probes", {
      object: "tracepoint_counter",
      type: "tracepoint",
      programs: { count_openat: random.below(4) === 0 ? [] : random.some(EVENTS) },
      globals: {},
    }),
};

/** The generations that count: the last of each application that was not deleted. */
async function current({ manager, data }: ApplyScene): Promise<Generation[]> {
  const last = new Map<string, Generation>();
  for (const one of await manager.history(data)) last.set(one.application.name, one);
  return [...last.values()].filter(({ isDeleted }) => !isDeleted);
}

/** A generation as something to apply, with the object that the data directory keeps. */
function again({ data }: ApplyScene, { application, object }: Generation): ApplyApplication {
  const kept = `${data}/objects/sha256/${object.objectDigest.slice("sha256:".length)}`;
  return {
    desired: application,
    declared: object,
    object: { path: kept, bytes: Deno.readFileSync(kept) },
  };
}

/** The same application on the wire of another scene. */
function movedTo(
  { wire }: ApplyScene,
  { desired, ...rest }: ApplyApplication,
): ApplyApplication {
  const { netns, interface: name } = wire.near;
  const programs = desired.programs.map((program) => ({
    ...program,
    links: program.links.map((link) => ({
      ...link,
      target: "netns" in link.target
        ? { ...link.target, netns, ...("interface" in link.target ? { interface: name } : {}) }
        : link.target,
    })),
  }));
  return { ...rest, desired: { ...desired, programs } };
}

/** What packets meet: how often each member of the chain runs for two of them. */
async function runsOf({ wire, manager }: ApplyScene): Promise<string[]> {
  using stack = new DisposableStack();
  const rows = (await manager.listPrograms()).filter(({ type }) => type === "xdp");
  const members = rows.map(({ programId, functionName }) =>
    [functionName, stack.use(new Member(programId))] as const
  );
  for (const [, member] of members) member.reset();
  await wire.sendIn(2);
  return members.map(([name, member]) => `runs of ${name}: ${member.runs}`).sort();
}

/** What the kernel and the store have, without numbers that grow. */
async function kernelState(scene: ApplyScene): Promise<string[]> {
  const { bpf, network } = openKernel();
  const rows = await checkAgreement(scene.workspace);
  const names = new Map(rows.programs.map((row) => [Number(row.programId), row]));
  const tagOf = (id: number) => bpf.programInfo(id)?.tag ?? "gone";
  const { netns, interface: name } = scene.wire.near;
  const hook = {
    kind: "xdp",
    interface: name,
    netns,
    nsid: network.namespaceId(netns),
    ifindex: network.within(netns, () => network.indexOf(name)),
  } as const;
  const programs = rows.programs.map(({ programId, name: function_, objectDigest, mapIds = {} }) =>
    `${function_} ${tagOf(programId)} of ${objectDigest.slice(0, 14)} with ` +
    `maps ${Object.keys(mapIds).sort().join()}`
  );
  const chains = (await scene.manager.listDispatchers()).flatMap(({ members }) =>
    members.map(({ member }, at) =>
      `chain ${at}: ${names.get(member.programId)?.name} at ${member.priority}, ` +
      `proceeds on ${member.proceedOn.join()}`
    )
  );
  const tcx = queryPrograms(scene.wire.near, "ingress").map((id, at) =>
    `tcx ${at}: ${names.get(id)?.name}`
  );
  return [
    ...programs.sort(),
    ...chains,
    ...tcx,
    ...scene.links().map((line) => line.replace(/^\d+: /, "").replace(/ \d+$/, "")).sort(),
    // members may stand in another order in it, so that its hash differs
    `on the interface: ${bpf.programInfo(mainProgramOf(hook) ?? 0)?.xlatedSize} bytes`,
    ...await runsOf(scene),
    `pins: ${scene.workspace.litter().length}`,
  ];
}

/** A scene that is changed at random. */
export class ApplyWalk {
  readonly #scene: ApplyScene;
  readonly #random: Random;
  #deaths = 0;

  constructor(scene: ApplyScene, random: Random) {
    this.#scene = scene;
    this.#random = random;
  }

  /** Changes that died before their last step. */
  get deaths(): number {
    return this.#deaths;
  }

  async #request(): Promise<{ request: ApplyRequest; words: string }> {
    const [scene, random] = [this.#scene, this.#random];
    const live = await current(scene);
    const choice = random.below(8);
    if (choice === 0 && live.length > 0) {
      const { name } = must(random.pick(live), "application").application;
      return { request: scene.request([], { remove: [name] }), words: `delete ${name}` };
    }
    if (choice < 3 && live.length > 0) {
      const history = (await scene.manager.history(scene.data)).filter((one) => !one.isDeleted);
      const back = must(random.pick(history), "generation");
      const request = scene.request([{ ...again(scene, back), rollbackOf: back.number }]);
      return { request, words: `rollback ${back.application.name} ${back.number}` };
    }
    const chosen = random.some(Object.entries(APPLICATIONS));
    const wanted = [];
    for (const [, make] of chosen) wanted.push(await make(scene, random));
    return { request: scene.request(wanted), words: `apply ${chosen.map(([name]) => name)}` };
  }

  /** Makes one change, or dies in the midst of it; returns what it did. */
  async step(): Promise<string> {
    const { workspace, manager } = this.#scene;
    const { request, words } = await this.#request();
    if (this.#random.below(2) === 0) {
      await manager.apply(request);
      manager.notices();
      return words;
    }
    const fatal = this.#random.below(MOST_STEPS);
    const steps = await dieHere(workspace, { verb: "apply", request }, fatal);
    if (steps.length === 0) this.#deaths++;
    return `${words}, dead before step ${fatal}`;
  }

  /** Settles what a death left. */
  async settle(): Promise<void> {
    const { manager } = this.#scene;
    await manager.detach(NEVER, { ignoreMissing: true });
    manager.notices();
    const { findings } = await manager.status();
    deepStrictEqual(findings.filter(({ severity }) => severity === "drift"), []);
  }

  /** The state is what a fresh apply of its generations makes. */
  async checkAfresh(words: string): Promise<void> {
    const [scene, random] = [this.#scene, this.#random];
    await this.settle();
    const generations = await current(scene);
    await using fresh = await ApplyScene.make();
    // the order in which they are applied must not matter either
    const order = generations.toSorted(() => random.below(2) * 2 - 1);
    for (const one of order) {
      await fresh.manager.apply(fresh.request([movedTo(fresh, again(scene, one))]));
    }
    deepStrictEqual(await kernelState(scene), await kernelState(fresh), words);
    strictEqual(scene.rows().apply, undefined, words);
  }
}
