import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { sampleApplication, sampleObject, samplePlan } from "../../tests/support/declared.ts";
import { Random } from "../../tests/support/random.ts";
import { linkRecord, programRecord, storeState } from "../../tests/support/records.ts";
import { codesOf, DEFAULT_PROCEED_ON } from "../chain/proceed_on.ts";
import { applyChange, type StoreState } from "../store/state.ts";
import type { LinkRecord, ProgramRecord, XdpTarget } from "../types.ts";
import { isUnchanged } from "./plan.ts";
import type { ApplicationPlan, DesiredLink, DesiredProgram, Generation } from "./types.ts";

const ROUNDS = 300;
const NAMES = ["guard", "count", "log"];
const INTERFACES = ["eth0", "eth1"];

function detailsOf({ target }: DesiredLink): LinkRecord["details"] {
  if (target.kind !== "xdp") throw new TypeError("Cannot make details: the target is not XDP");
  const { priority, proceedOn } = target;
  return {
    kind: "xdp",
    interface: target.interface,
    ifindex: INTERFACES.indexOf(target.interface) + 1,
    netns: null,
    nsid: 7,
    priority,
    proceedOn: proceedOn === undefined ? DEFAULT_PROCEED_ON.xdp : codesOf("xdp", proceedOn),
    mode: "native",
    isModeForced: false,
  };
}

/** Does on rows what an apply does in the kernel. */
class Machine {
  state: StoreState = storeState([]);
  #lastProgram = 100;

  #loaded(plan: ApplicationPlan, name: string): ProgramRecord {
    const { application, object, number } = plan.generation;
    this.#lastProgram += 1;
    return programRecord(this.#lastProgram, {
      name,
      mapIds: { hits: 1 },
      objectDigest: object.objectDigest,
      globals: application.globals,
      declared: { application: plan.name, generation: number },
    });
  }

  apply(plan: ApplicationPlan): void {
    const now = new Map<string, ProgramRecord>();
    for (const step of plan.programs) {
      if (step.kind === "keep") now.set(step.name, this.#row(step.programId));
      if (step.kind !== "load" && step.kind !== "replace") continue;
      const fresh = this.#loaded(plan, step.name);
      now.set(step.name, fresh);
      this.state = applyChange(this.state, { putPrograms: [fresh] });
      if (step.kind === "load") continue;
      const moved = [...this.state.links.values()].filter((row) => row.programId === step.from)
        .map((row) => ({ ...row, programId: fresh.programId }));
      this.state = applyChange(this.state, { putLinks: moved, deletePrograms: [step.from] });
    }
    for (const step of plan.links) this.#link(plan, step, now);
    for (const step of plan.programs) {
      if (step.kind !== "unload") continue;
      const links = [...this.state.links.values()].filter((row) => row.programId === step.from);
      this.state = applyChange(this.state, {
        deletePrograms: [step.from],
        deleteLinks: links.map(({ id }) => id),
      });
    }
  }

  #row(id: number): ProgramRecord {
    const row = this.state.programs.get(id);
    ok(row !== undefined, `program ${id} is not there`);
    return row;
  }

  #link(
    plan: ApplicationPlan,
    step: ApplicationPlan["links"][number],
    now: ReadonlyMap<string, ProgramRecord>,
  ): void {
    if (step.kind === "keep") return;
    if (step.kind === "detach") {
      this.state = applyChange(this.state, { deleteLinks: [step.linkId] });
      return;
    }
    const program = now.get(step.program);
    ok(program !== undefined, `program "${step.program}" is not there`);
    const id = step.kind === "update" ? step.linkId : this.state.nextLinkId;
    const declared = { application: plan.name, generation: plan.generation.number };
    const row = linkRecord(id, program.programId, { details: detailsOf(step.link), declared });
    this.state = applyChange(this.state, {
      putLinks: [row],
      nextLinkId: Math.max(this.state.nextLinkId, id + 1),
    });
  }

  /** Takes a row away, as somebody's detach or unload does. */
  damage(random: Random): void {
    const link = random.pick([...this.state.links.values()]);
    if (link !== undefined) this.state = applyChange(this.state, { deleteLinks: [link.id] });
  }
}

function randomTarget(random: Random): XdpTarget {
  const proceedOn = random.pick([undefined, ["pass"], ["drop", "pass"]]);
  return {
    kind: "xdp",
    interface: random.pick(INTERFACES) ?? "eth0",
    priority: random.below(3),
    ...(proceedOn === undefined ? {} : { proceedOn }),
  };
}

function randomPrograms(random: Random): DesiredProgram[] {
  return NAMES.filter(() => random.below(3) > 0).map((name) => ({
    name,
    type: "xdp",
    links: Array.from({ length: random.below(3) }, () => ({
      target: randomTarget(random),
      metadata: {},
    })),
  }));
}

Deno.test("planApplication() has nothing to do after its steps were done", () => {
  const random = new Random(8);
  const machine = new Machine();
  const byHand = linkRecord(1, 1);
  machine.state = storeState([programRecord(1, { name: "guard" })], [byHand]);
  let last: Generation | null = null;
  let steps = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const programs = randomPrograms(random);
    const more = {
      desired: sampleApplication("shield", { programs }),
      object: sampleObject({ objectDigest: `sha256:0${random.below(2)}` }),
    };
    const plan = samplePlan(programs, machine.state, { ...more, last });
    steps += plan.links.filter(({ kind }) => kind !== "keep").length;
    machine.apply(plan);
    last = plan.generation;
    const again = samplePlan(programs, machine.state, { ...more, last });
    deepStrictEqual(again.links.filter(({ kind }) => kind !== "keep"), [], `round ${round}`);
    strictEqual(isUnchanged(again, last), true, `round ${round}`);
    const wanted = programs.flatMap(({ links }) => links).length;
    strictEqual(machine.state.links.size, wanted + 1, `links of round ${round}`);
    strictEqual(machine.state.programs.size, programs.length + 1, `programs of round ${round}`);
    deepStrictEqual(machine.state.links.get(1), byHand);
    if (random.below(3) === 0 && wanted > 0) {
      machine.state = applyChange(machine.state, { deleteLinks: [1] });
      machine.damage(random);
      machine.state = applyChange(machine.state, { putLinks: [byHand] });
    }
  }
  ok(steps > ROUNDS, `only ${steps} steps were tried`);
});
