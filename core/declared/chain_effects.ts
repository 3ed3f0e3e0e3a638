/**
 * The order of hooks that take several programs, before an apply and after it. Links that were made
 * by hand and those of other applications are in it: they are who a new program runs before or
 * after.
 *
 * @module
 */
import { hookKey } from "../chain/model.ts";
import { codesOf, DEFAULT_PROCEED_ON, wordOf } from "../chain/proceed_on.ts";
import { hookOf, isMember } from "../link/member_hook.ts";
import type { StoreState } from "../store/state.ts";
import type { LinkDetails, LinkId, LinkRecord, ProgramId } from "../types.ts";
import type { ChainEffect, ChainPlace } from "./effect_types.ts";
import type { NamespaceOf } from "./places.ts";
import type { ApplicationPlan, LinkStep, ProgramStep } from "./types.ts";

/** What the orders are made from. */
export interface ChainFacts {
  readonly plans: readonly ApplicationPlan[];
  readonly rows: StoreState;
  readonly namespaceOf?: NamespaceOf | undefined;
}

type Hook = Pick<ChainEffect, "kind" | "interface" | "side" | "netns" | "engine">;
type Chained = Extract<LinkDetails, { readonly ifindex: number }>;

/** A place in the order of a hook, before and after; null where there is none. */
interface Placed {
  readonly key: string;
  readonly hook: Hook;
  /** Links that are not made yet are the youngest, in the order of the plans. */
  readonly age: number;
  readonly before: ChainPlace | null;
  readonly after: ChainPlace | null;
}

function sideOf(place: { kind: string; direction?: string; end?: string }): string | null {
  if (place.kind === "netkit") return place.end ?? "primary";
  return place.direction ?? null;
}

function keyOf({ kind, interface: name, side, netns }: Hook, nsid: number | undefined | null) {
  return [nsid ?? netns ?? "", name, kind, side ?? ""].join("|");
}

function proceedWords(details: Chained): readonly string[] | null {
  if (!isMember(details)) return null;
  return details.proceedOn.map((code) => wordOf(details.kind, code));
}

function hookOfRow({ rows }: ChainFacts, details: Chained): Hook {
  const record = isMember(details) ? rows.hooks.get(hookKey(hookOf(details))) : undefined;
  return {
    kind: details.kind,
    interface: details.interface,
    side: sideOf(details),
    netns: details.netns,
    engine: record?.current?.engine ?? null,
  };
}

function updated(place: ChainPlace, step: LinkStep & { readonly kind: "update" }): ChainPlace {
  const { target } = step.link;
  const words = "proceedOn" in target ? target.proceedOn : undefined;
  const isChain = target.kind === "xdp" || target.kind === "tc";
  const codes = isChain && words !== undefined ? codesOf(target.kind, words) : null;
  const proceedOn = isChain
    ? (codes ?? DEFAULT_PROCEED_ON[target.kind]).map((code) => wordOf(target.kind, code))
    : null;
  const priority = "priority" in target ? target.priority : place.priority;
  return { ...place, priority, proceedOn };
}

/** Steps by what they are about. */
interface Steps {
  readonly links: ReadonlyMap<LinkId, LinkStep>;
  readonly programs: ReadonlyMap<ProgramId, ProgramStep["kind"]>;
}

function stepsOf({ plans }: ChainFacts): Steps {
  const links = plans.flatMap((plan) => plan.links)
    .flatMap((step) => step.kind === "attach" ? [] : [[step.linkId, step] as const]);
  const programs = plans.flatMap((plan) => plan.programs)
    .flatMap((step) =>
      step.kind === "replace" || step.kind === "unload" ? [[step.from, step.kind] as const] : []
    );
  return { links: new Map(links), programs: new Map(programs) };
}

function placeOfRow({ rows }: ChainFacts, row: LinkRecord, details: Chained): ChainPlace {
  return {
    mark: "same",
    application: row.declared?.application ?? null,
    program: rows.programs.get(row.programId)?.name ?? "",
    programId: row.programId,
    linkId: row.id,
    priority: details.priority,
    proceedOn: proceedWords(details),
    isNewVersion: false,
  };
}

function placedRow(facts: ChainFacts, row: LinkRecord, steps: Steps): Placed[] {
  const { details } = row;
  if (!("ifindex" in details)) return [];
  const hook = hookOfRow(facts, details);
  const nsid = facts.namespaceOf === undefined ? null : details.nsid;
  const place = placeOfRow(facts, row, details);
  const step = steps.links.get(row.id);
  const fate = steps.programs.get(row.programId);
  const isGone = step?.kind === "detach" || fate === "unload";
  const isNewVersion = fate === "replace";
  const moved = step?.kind === "update" ? updated(place, step) : place;
  const mark = isNewVersion || step?.kind === "update" ? "changed" : "same";
  const after = { ...moved, mark, isNewVersion, programId: isNewVersion ? null : row.programId };
  return [{
    key: keyOf(hook, nsid),
    hook,
    age: row.id,
    before: { ...place, mark: isGone ? "gone" : mark },
    after: isGone ? null : { ...after, mark },
  }];
}

function placedNew(
  facts: ChainFacts,
  { plan, step, age }: {
    readonly plan: ApplicationPlan;
    readonly step: LinkStep & { readonly kind: "attach" };
    readonly age: number;
  },
): Placed[] {
  const { target } = step.link;
  if (!("interface" in target)) return [];
  const { kind, interface: name, priority, netns = null } = target;
  const hook: Hook = { kind, interface: name, side: sideOf(target), netns, engine: null };
  const kept = plan.programs.find((one) => one.kind === "keep" && one.name === step.program);
  const place: ChainPlace = {
    mark: "new",
    application: plan.name,
    program: step.program,
    programId: kept?.kind === "keep" ? kept.programId : null,
    linkId: null,
    priority,
    proceedOn: null,
    isNewVersion: false,
  };
  const after = updated(place, { ...step, kind: "update", linkId: 0 });
  const key = keyOf(hook, facts.namespaceOf?.(netns));
  return [{ key, hook, age, before: null, after }];
}

function order(
  placed: readonly Placed[],
  side: (one: Placed) => ChainPlace | null,
): ChainPlace[] {
  return placed.flatMap((one) => {
    const place = side(one);
    return place === null ? [] : [{ place, age: one.age }];
  }).sort((a, b) => a.place.priority - b.place.priority || a.age - b.age)
    .map(({ place }) => place);
}

function effectOf(placed: readonly Placed[]): ChainEffect[] {
  const [first] = placed;
  if (first === undefined) return [];
  const before = order(placed, (one) => one.before);
  const after = order(placed, (one) => one.after);
  return [...before, ...after].every(({ mark }) => mark === "same")
    ? []
    : [{ ...first.hook, before, after }];
}

/**
 * The hooks whose programs or order change.
 *
 * @param facts Plans, and rows as they are.
 * @returns Sorted by network namespace, interface, kind and side.
 */
export function chainEffects(facts: ChainFacts): ChainEffect[] {
  const steps = stepsOf(facts);
  const rows = [...facts.rows.links.values()].flatMap((row) => placedRow(facts, row, steps));
  const attaches = facts.plans.flatMap((plan) =>
    plan.links.flatMap((step) => step.kind === "attach" ? [{ plan, step }] : [])
  );
  const added = attaches.flatMap((one, at) =>
    placedNew(facts, { ...one, age: facts.rows.nextLinkId + at })
  );
  const hooks = Map.groupBy([...rows, ...added], ({ key }) => key);
  return [...hooks].map(([, placed]) => effectOf(placed)).flat().sort((a, b) => {
    const [ours, theirs] = [a, b].map((one) =>
      [one.netns ?? "", one.interface, one.kind, one.side ?? ""].join("\0")
    );
    return (ours ?? "") < (theirs ?? "") ? -1 : 1;
  });
}
