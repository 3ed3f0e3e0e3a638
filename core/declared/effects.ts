/**
 * From plans to what the kernel will look like. Pure: what was asked of the kernel is handed in.
 *
 * @module
 */
import type { Admission, RefusedLoad } from "../admission/types.ts";
import { describePlace } from "../link/driver.ts";
import type { StoreState } from "../store/state.ts";
import type { LinkDetails, LinkId, ProgramId } from "../types.ts";
import { chainEffects } from "./chain_effects.ts";
import { describeTarget, netnsOf } from "./describe_target.ts";
import type { ApplicationEffect, ApplyEffects, LinkEffect, MapEffect } from "./effect_types.ts";
import type { ProgramEffect } from "./effect_types.ts";
import { linkChanges } from "./link_changes.ts";
import { capabilitiesOf } from "./needs.ts";
import type { NamespaceOf } from "./places.ts";
import { isUnchanged } from "./plan.ts";
import type {
  ApplicationPlan,
  DesiredProgram,
  Generation,
  LinkStep,
  ProgramStep,
} from "./types.ts";

/** A plan with what is known of it besides. */
export interface PlannedApplication {
  /** The plan. */
  readonly plan: ApplicationPlan;
  /** The generation before; null for none. */
  readonly last: Generation | null;
  /** For each program of the plan its maps: `mapEffects()`. @default none are told */
  readonly maps?: readonly (readonly MapEffect[])[];
  /** What the policy says of its object; null when nothing is loaded. */
  readonly verdict: Admission | RefusedLoad | null;
}

/** What effects are made from. */
export interface EffectFacts {
  /** In the order of the request. */
  readonly applications: readonly PlannedApplication[];
  /** Everything that is remembered. */
  readonly rows: StoreState;
  /** What paths of network namespaces stand for. @default paths are compared as they are */
  readonly namespaceOf?: NamespaceOf;
  /** `kernel.perf_event_paranoid` is above 2, as Debian has it. @default true */
  readonly isPerfRestricted?: boolean;
  /** New programs are watched (`--gate`). @default false */
  readonly isGated?: boolean;
}

function wantedProgram({ generation }: ApplicationPlan, name: string): DesiredProgram | undefined {
  return generation.application.programs.find((program) => program.name === name);
}

function idBefore(step: ProgramStep): ProgramId | null {
  if (step.kind === "load") return null;
  return step.kind === "keep" ? step.programId : step.from;
}

function programEffect(
  { plan, maps }: PlannedApplication,
  rows: StoreState,
  at: number,
): ProgramEffect[] {
  const step = plan.programs[at];
  if (step === undefined) return [];
  const programId = idBefore(step);
  const row = programId === null ? undefined : rows.programs.get(programId);
  const wanted = step.kind === "unload" ? undefined : wantedProgram(plan, step.name);
  const type = wanted?.type ?? row?.type;
  if (type === undefined) return [];
  return [{
    step: step.kind,
    name: step.name,
    type,
    programId,
    from: row?.objectDigest ?? null,
    to: step.kind === "unload" ? null : plan.generation.object.objectDigest,
    maps: maps?.[at] ?? [],
  }];
}

function netnsOfDetails(details: LinkDetails): string | null {
  return "netns" in details ? details.netns : null;
}

function newLink(plan: ApplicationPlan, step: LinkStep & { kind: "attach" }): LinkEffect[] {
  const program = wantedProgram(plan, step.program);
  if (program === undefined) return [];
  const { target } = step.link;
  return [{
    step: "attach",
    program: step.program,
    kind: program.type,
    place: describeTarget({ target, program }),
    netns: netnsOf(target),
    linkId: null,
    changes: [],
  }];
}

function linkEffect(plan: ApplicationPlan, rows: StoreState, step: LinkStep): LinkEffect[] {
  if (step.kind === "attach") return newLink(plan, step);
  const row = rows.links.get(step.linkId);
  if (row === undefined) return [];
  const { details } = row;
  return [{
    step: step.kind,
    program: step.program,
    kind: details.kind,
    place: describePlace(details),
    netns: netnsOfDetails(details),
    linkId: step.linkId,
    changes: step.kind === "update" ? linkChanges(rows, details, step.link.target) : [],
  }];
}

/** Links by hand on programs that are unloaded. */
function cutByHand({ programs, links }: ApplicationPlan, rows: StoreState): LinkId[] {
  const unloaded = new Set(
    programs.flatMap((step) => step.kind === "unload" ? [step.from] : []),
  );
  const planned = new Set(links.map((step) => step.kind === "attach" ? null : step.linkId));
  return [...rows.links.values()]
    .filter(({ id, programId }) => unloaded.has(programId) && !planned.has(id))
    .map(({ id }) => id);
}

function applicationEffect(one: PlannedApplication, rows: StoreState): ApplicationEffect {
  const { plan, last, verdict } = one;
  const { generation } = plan;
  return {
    name: plan.name,
    generation: generation.number,
    last: last?.number ?? null,
    isUnchanged: isUnchanged(plan, last),
    isDeleted: generation.isDeleted,
    owner: generation.owner,
    programs: plan.programs.flatMap((_, at) => programEffect(one, rows, at)),
    links: plan.links.flatMap((step) => linkEffect(plan, rows, step)),
    cutByHand: cutByHand(plan, rows),
    verdict,
  };
}

/**
 * What the kernel will look like.
 *
 * @param facts Plans with what is known of them, and rows as they are.
 */
export function effectsOf(facts: EffectFacts): ApplyEffects {
  const { applications, rows, namespaceOf } = facts;
  const { isPerfRestricted = true, isGated = false } = facts;
  const plans = applications.map(({ plan }) => plan);
  return {
    applications: applications.map((one) => applicationEffect(one, rows)),
    chains: chainEffects({ plans, rows, namespaceOf }),
    capabilities: capabilitiesOf(plans, rows, { isPerfRestricted, isGated }),
  };
}
