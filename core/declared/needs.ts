/**
 * The capabilities of an apply.
 *
 * @module
 */
import { hookKey } from "../chain/model.ts";
import { hookOf, isMember } from "../link/member_hook.ts";
import { capabilitiesFor } from "../privileges/needs.ts";
import {
  CAPABILITY_NAMES,
  type CapabilityName,
  type PrivilegeQuestion,
  type Situation,
} from "../privileges/types.ts";
import type { StoreState } from "../store/state.ts";
import type { AttachTarget, LinkKind, LinkRecord, ProgramType } from "../types.ts";
import type { ApplicationPlan } from "./types.ts";

/** What changes, by the parts that capabilities depend on. */
interface Change {
  readonly loaded: readonly ProgramType[];
  /** Kinds of links that are made. */
  readonly attached: readonly LinkKind[];
  /** Kinds of links that change or are cut. */
  readonly touched: readonly LinkKind[];
  readonly targets: readonly AttachTarget[];
  /** Links that are there and change, go, or get a new version. */
  readonly rows: readonly LinkRecord[];
}

function typeOf({ generation }: ApplicationPlan, name: string): ProgramType[] {
  const wanted = generation.application.programs.find((program) => program.name === name);
  return wanted === undefined ? [] : [wanted.type];
}

function changeOf(plan: ApplicationPlan, rows: StoreState): Change {
  const programs = plan.programs.filter(({ kind }) => kind === "load" || kind === "replace");
  const moved = new Set(
    plan.programs.flatMap((step) => step.kind === "replace" ? [step.from] : []),
  );
  const unloaded = new Set(
    plan.programs.flatMap((step) => step.kind === "unload" ? [step.from] : []),
  );
  const steps = plan.links.filter(({ kind }) => kind === "update" || kind === "detach");
  const stepped = new Set(steps.map((step) => step.kind === "attach" ? null : step.linkId));
  const links = [...rows.links.values()];
  const replaced = links.filter(({ programId }) => moved.has(programId));
  const touched = links.filter(({ id, programId }) => stepped.has(id) || unloaded.has(programId));
  const attaches = plan.links.flatMap((step) => step.kind === "attach" ? [step] : []);
  return {
    loaded: programs.flatMap(({ name }) => typeOf(plan, name)),
    attached: [
      ...attaches.flatMap(({ program }) => typeOf(plan, program)),
      // links that cannot swap their program are made anew
      ...replaced.map(({ details }) => details.kind),
    ],
    touched: [...replaced, ...touched].map(({ details }) => details.kind),
    targets: attaches.map(({ link }) => link.target),
    rows: [...replaced, ...touched],
  };
}

function hasNetns(rows: readonly LinkRecord[], targets: readonly AttachTarget[]): boolean {
  return rows.some(({ details }) => "netns" in details && details.netns !== null) ||
    targets.some((target) => "netns" in target && target.netns !== undefined);
}

function hasProcess(targets: readonly AttachTarget[]): boolean {
  return targets.some((target) =>
    target.kind === "uprobe" && (target.pid !== undefined || target.containerPid !== undefined)
  );
}

function hasEngine(
  state: StoreState,
  { rows, targets }: Change,
  engine: "freplace" | "libxdp",
): boolean {
  const hooks = [...state.hooks.values()].filter(({ current }) => current?.engine === engine);
  const keys = new Set(hooks.map(({ hook }) => hookKey(hook)));
  const there = rows.some(({ details }) => isMember(details) && keys.has(hookKey(hookOf(details))));
  // of the same name in another network namespace, at worst
  const joined = targets.some((target) =>
    hooks.some(({ hook }) => target.kind === hook.kind && target.interface === hook.interface)
  );
  return there || joined ||
    targets.some((target) => "engine" in target && target.engine === engine);
}

/** What a change comes upon, as far as manifest and rows tell. */
function situationsOf(state: StoreState, change: Change): Partial<Record<Situation, boolean>> {
  const { targets, rows } = change;
  return {
    netns: hasNetns(rows, targets),
    foreignProcess: hasProcess(targets),
    kernelSymbols: targets.some((target) => target.kind === "kprobe" && (target.offset ?? 0) > 0),
    extensions: hasEngine(state, change, "freplace"),
    libxdp: hasEngine(state, change, "libxdp"),
  };
}

/** What a gate asks of the kernel: a program of its own on a tracepoint, and statistics of runs. */
export const GATE_CAPABILITIES: readonly CapabilityName[] = [
  "CAP_SYS_ADMIN",
  "CAP_PERFMON",
  "CAP_BPF",
];

/** What capabilities depend on besides plans and rows. */
export interface NeedOptions {
  /** `kernel.perf_event_paranoid` is above 2. */
  readonly isPerfRestricted: boolean;
  /** New programs are watched (`--gate`). */
  readonly isGated: boolean;
}

/**
 * The capabilities of an apply, each once, in the order of their numbers.
 *
 * @param plans What is done.
 * @param rows Everything that is remembered.
 * @param options What else they depend on.
 */
export function capabilitiesOf(
  plans: readonly ApplicationPlan[],
  rows: StoreState,
  { isPerfRestricted, isGated }: NeedOptions,
): CapabilityName[] {
  const parts = plans.flatMap((plan) => {
    const change = changeOf(plan, rows);
    const { loaded, attached, touched } = change;
    const common = { isPerfRestricted, ...situationsOf(rows, change) };
    const questions: PrivilegeQuestion[] = [
      ...loaded.length === 0 ? [] : [{ ...common, verb: "load", types: loaded } as const],
      ...attached.length === 0
        ? []
        : [{ ...common, verb: "attach", attachKinds: attached } as const],
      ...touched.length === 0 ? [] : [{ ...common, verb: "detach", attachKinds: touched } as const],
      // a program without links is unloaded like one with them
      ...plan.programs.some(({ kind }) => kind === "unload")
        ? [{ ...common, verb: "unload", attachKinds: touched } as const]
        : [],
    ];
    return questions.flatMap(capabilitiesFor);
  });
  // where nothing is done there is nothing to watch
  const needed = new Set([...parts, ...isGated && parts.length > 0 ? GATE_CAPABILITIES : []]);
  return CAPABILITY_NAMES.filter((name) => needed.has(name));
}
