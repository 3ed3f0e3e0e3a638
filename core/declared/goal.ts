/**
 * From the plans of an apply to its links as they shall be. New links get their ids here, before
 * any of them is made: so a step that was taken already is known by its row.
 *
 * @module
 */
import { hookKey } from "../chain/model.ts";
import { codesOf, DEFAULT_PROCEED_ON } from "../chain/proceed_on.ts";
import { newLink } from "../link/attach.ts";
import { checkPriority } from "../link/interface.ts";
import { hookOf, isMember } from "../link/member_hook.ts";
import type { Machine } from "../machine.ts";
import { applyChange, type StoreState } from "../store/state.ts";
import type { AttachTarget, LinkDetails, LinkId, LinkRecord, ProgramId } from "../types.ts";
import { outgoing } from "./left_behind.ts";
import type { ApplicationPlan, ApplyIntent, DeclaredBy, HookWish, LinkGoal } from "./types.ts";

/** Names a program of an application among those that were loaded. */
export function loadedKey(application: string, program: string): string {
  return `${application}/${program}`;
}

/** What the rows of an application say after an apply. */
export function declaredBy({ name, generation }: ApplicationPlan): DeclaredBy {
  return { application: name, generation: generation.number };
}

/** Programs that the steps of plans name. */
function concerned(plans: readonly ApplicationPlan[]): Set<ProgramId> {
  const kept = plans.flatMap(({ programs }) =>
    programs.flatMap((step) => step.kind === "keep" ? [step.programId] : [])
  );
  return new Set([...kept, ...outgoing({ plans })]);
}

/** Links that the steps of plans name. */
function namedLinks(plans: readonly ApplicationPlan[]): Set<LinkId> {
  return new Set(
    plans.flatMap(({ links }) => links.flatMap((step) => "linkId" in step ? [step.linkId] : [])),
  );
}

/** What is asked of the hooks of links so that they stay as they are. */
function wishesNow(state: StoreState, links: readonly LinkRecord[]): Record<string, HookWish> {
  const keys = links.flatMap(({ details }) => isMember(details) ? [hookKey(hookOf(details))] : []);
  return Object.fromEntries(
    [...new Set(keys)].flatMap((key): [string, HookWish][] => {
      const chain = state.hooks.get(key)?.current;
      if (!chain) return [];
      const { choice, mode, isModeForced } = chain;
      return [[key, { choice, ...(isModeForced && mode !== null ? { mode } : {}) }]];
    }),
  );
}

/** Rows as they are, of everything that an apply may change. */
export function rowsBefore(
  state: StoreState,
  plans: readonly ApplicationPlan[],
): ApplyIntent["before"] {
  const programs = concerned(plans);
  const named = namedLinks(plans);
  const links = [...state.links.values()]
    .filter(({ id, programId }) => named.has(id) || programs.has(programId));
  return {
    programs: [...state.programs.values()].filter(({ programId }) => programs.has(programId)),
    links,
    hooks: wishesNow(state, links),
  };
}

/** A place with another priority, or other results that the chain goes on with. */
function changedDetails(details: LinkDetails, target: AttachTarget): LinkDetails {
  if (!("priority" in details) || !("priority" in target)) return details;
  const { priority } = target;
  checkPriority(priority);
  if (!isMember(details)) return { ...details, priority };
  const words = "proceedOn" in target ? target.proceedOn : undefined;
  // who names none wants the usual ones
  const proceedOn = words === undefined
    ? DEFAULT_PROCEED_ON[details.kind]
    : codesOf(details.kind, words);
  return { ...details, priority, proceedOn };
}

function wishOf(target: AttachTarget): HookWish {
  const choice = "engine" in target ? target.engine : undefined;
  const mode = target.kind === "xdp" ? target.mode : undefined;
  return {
    ...(choice === undefined ? {} : { choice }),
    ...(mode === undefined ? {} : { mode }),
  };
}

/** What goals are made from. */
export interface GoalFacts {
  /** The rows, with those of the programs that were loaded. */
  readonly state: StoreState;
  readonly plans: readonly ApplicationPlan[];
  readonly before: ApplyIntent["before"];
  readonly loaded: ApplyIntent["loaded"];
}

/** A goal in the making. */
class GoalBuilder {
  readonly #machine: Machine;
  readonly #facts: GoalFacts;
  readonly #links = new Map<LinkId, LinkRecord>();
  readonly #hooks: Record<string, HookWish> = {};
  #state: StoreState;

  constructor(machine: Machine, facts: GoalFacts) {
    this.#machine = machine;
    this.#facts = facts;
    const replaced = replacedBy(facts);
    const going = new Set(outgoing(facts));
    const detached = new Set(
      facts.plans.flatMap(({ links }) =>
        links.flatMap((step) => step.kind === "detach" ? [step.linkId] : [])
      ),
    );
    for (const link of facts.before.links) {
      const programId = replaced.get(link.programId) ?? link.programId;
      const isGoing = detached.has(link.id) || going.has(programId);
      if (!isGoing) this.#links.set(link.id, { ...link, programId });
    }
    const deleteLinks = facts.before.links.map(({ id }) => id).filter((id) => !this.#links.has(id));
    this.#state = applyChange(facts.state, { deleteLinks });
  }

  #wish(details: LinkDetails, target: AttachTarget): void {
    if (!isMember(details)) return;
    const key = hookKey(hookOf(details));
    this.#hooks[key] = { ...this.#hooks[key], ...wishOf(target) };
  }

  /** Links of one application. */
  add(plan: ApplicationPlan): void {
    const declared = declaredBy(plan);
    for (const step of plan.links) {
      if (step.kind === "attach") this.#attach(plan, step);
      if (step.kind !== "keep" && step.kind !== "update") continue;
      const row = this.#links.get(step.linkId);
      if (row === undefined) continue;
      const changed = step.kind === "keep" ? row : {
        ...row,
        details: changedDetails(row.details, step.link.target),
        metadata: step.link.metadata,
      };
      if (step.kind === "update") this.#wish(row.details, step.link.target);
      this.#links.set(row.id, { ...changed, declared });
    }
  }

  #attach(
    plan: ApplicationPlan,
    { program, link: { target, metadata } }: Extract<
      ApplicationPlan["links"][number],
      { readonly kind: "attach" }
    >,
  ): void {
    const kept = plan.programs.find(({ name, kind }) => name === program && kind === "keep");
    const programId = this.#facts.loaded[loadedKey(plan.name, program)] ??
      (kept?.kind === "keep" ? kept.programId : undefined);
    if (programId === undefined) {
      throw new TypeError(`Cannot attach "${program}" of "${plan.name}": it has no program`);
    }
    const request = { programId, target, metadata };
    const { row } = newLink(this.#machine, this.#state, request);
    const declared = { ...row, declared: declaredBy(plan) };
    this.#links.set(row.id, declared);
    this.#wish(row.details, target);
    this.#state = applyChange(this.#state, { putLinks: [declared], nextLinkId: row.id + 1 });
  }

  /** The goal, and the id of the next link besides those in it. */
  build(): { goal: LinkGoal; nextLinkId: LinkId } {
    const links = [...this.#links.values()].sort((a, b) => a.id - b.id);
    return { goal: { links, hooks: this.#hooks }, nextLinkId: this.#state.nextLinkId };
  }
}

/** New versions by what they take the place of. */
function replacedBy({ plans, loaded }: GoalFacts): Map<ProgramId, ProgramId> {
  const pairs = plans.flatMap(({ name, programs }) =>
    programs.flatMap((step): [ProgramId, ProgramId][] => {
      const to = loaded[loadedKey(name, step.name)];
      return step.kind === "replace" && to !== undefined ? [[step.from, to]] : [];
    })
  );
  return new Map(pairs);
}

/**
 * Links as they shall be. Looks for the places of new ones, and changes nothing.
 *
 * @param machine The machine.
 * @param facts Plans, rows, and the programs that were loaded.
 * @throws {BpfmanError} When a place does not exist, or does not fit its program.
 */
export function goalOf(
  machine: Machine,
  facts: GoalFacts,
): { goal: LinkGoal; nextLinkId: LinkId } {
  const builder = new GoalBuilder(machine, facts);
  for (const plan of facts.plans) builder.add(plan);
  return builder.build();
}
