/**
 * From an application as it is wanted, and the rows as they are, to the steps between them. Pure:
 * the same call gives the same plan, and after the steps are done it gives none.
 *
 * Only rows that say so belong to an application. What was made by hand is never part of a plan.
 *
 * @module
 */
import type { StoreState } from "../store/state.ts";
import type { LinkId, LinkRecord, ProgramId, ProgramRecord } from "../types.ts";
import { canonicalJson } from "./digest.ts";
import { nextGeneration } from "./generation.ts";
import { isAsWanted, isAtPlace, type NamespaceOf } from "./places.ts";
import type {
  ApplicationPlan,
  DeclaredObject,
  DesiredApplication,
  DesiredLink,
  DesiredProgram,
  Generation,
  LinkStep,
  ProgramStep,
} from "./types.ts";

/** What a plan is made from. */
export interface PlanFacts {
  /** The application. */
  readonly name: string;
  /** What is wanted; null takes the application away. */
  readonly desired: DesiredApplication | null;
  /** What its object is; null to take the application away. */
  readonly object: DeclaredObject | null;
  /** Everything that is remembered. */
  readonly rows: StoreState;
  /** The generation before; null for the first. */
  readonly last: Generation | null;
  /** Whose it is: `--owner`. Whether that may be is asked by `checkOwner()`. */
  readonly owner: string;
  /** When: ISO 8601, UTC. */
  readonly createdAt: string;
  /** Who. */
  readonly createdBy: string;
  /** The generation that is gone back to. */
  readonly rollbackOf?: number;
  /** What paths of network namespaces stand for. @default paths are compared as they are */
  readonly namespaceOf?: NamespaceOf;
  /** Rows whose program or link the kernel has not any more. @default none */
  readonly gone?: {
    readonly programs: ReadonlySet<ProgramId>;
    readonly links: ReadonlySet<LinkId>;
  };
}

/** A program as it is wanted, with its row and what becomes of it. */
interface Matched {
  readonly wanted: DesiredProgram;
  readonly step: ProgramStep;
  /** Links that go on: of a program that is kept or replaced. */
  readonly links: readonly LinkRecord[];
}

function isDeclared(
  { declared }: Pick<ProgramRecord | LinkRecord, "declared">,
  name: string,
): boolean {
  return declared?.application === name;
}

function programsOf({ rows, name }: PlanFacts): ProgramRecord[] {
  return [...rows.programs.values()].filter((row) => isDeclared(row, name));
}

function linksOf({ rows, name }: PlanFacts): LinkRecord[] {
  return [...rows.links.values()].filter((row) => isDeclared(row, name));
}

function isKernelSeen(facts: PlanFacts, { programId }: ProgramRecord): boolean {
  return facts.gone?.programs.has(programId) !== true;
}

/** True for a row that is what is wanted. */
function isSame(facts: PlanFacts, row: ProgramRecord, wanted: DesiredProgram): boolean {
  const { object, desired } = facts;
  return row.objectDigest === object?.objectDigest && row.type === wanted.type &&
    row.attachFunction === (wanted.attachFunction ?? null) &&
    canonicalJson(row.globals) === canonicalJson(desired?.globals ?? {});
}

/** True when a program has maps that a new version may go on with. */
function mayHaveMaps({ mapIds, mapOwnerId }: ProgramRecord): boolean {
  // rows of version 0.1.0 do not tell; names with a dot are of variables, and those begin anew
  if (mapIds === undefined || mapOwnerId !== null) return true;
  return Object.keys(mapIds).some((name) => !name.includes("."));
}

/** The row to go on from: the one that is right, else the newest. */
function rowOf(facts: PlanFacts, wanted: DesiredProgram): ProgramRecord | undefined {
  const rows = programsOf(facts).filter(({ name }) => name === wanted.name)
    .filter((row) => isKernelSeen(facts, row));
  return rows.find((row) => isSame(facts, row, wanted)) ?? rows.at(-1);
}

function matchProgram(facts: PlanFacts, wanted: DesiredProgram): Matched {
  const { name } = wanted;
  const row = rowOf(facts, wanted);
  if (row === undefined) return { wanted, step: { kind: "load", name }, links: [] };
  const { programId } = row;
  const all = [...facts.rows.links.values()].filter((link) => link.programId === programId);
  const links = all.filter((link) => isDeclared(link, facts.name));
  if (isSame(facts, row, wanted)) return { wanted, step: { kind: "keep", name, programId }, links };
  // links that were made by hand go on with the new version, too
  const isReplaced = row.type === wanted.type && (all.length > 0 || mayHaveMaps(row));
  return isReplaced
    ? { wanted, step: { kind: "replace", name, from: programId }, links }
    : { wanted, step: { kind: "load", name }, links: [] };
}

/** Programs that go: no step goes on from them. */
function unloads(facts: PlanFacts, steps: readonly ProgramStep[]): ProgramStep[] {
  const used = new Set(steps.map((step) => {
    if (step.kind === "keep") return step.programId;
    return step.kind === "replace" ? step.from : undefined;
  }));
  return programsOf(facts).filter(({ programId }) => !used.has(programId))
    .map(({ name, programId }) => ({ kind: "unload", name, from: programId }));
}

/** Pairs what is wanted with what is there: first what is as it shall be, then what is at its place. */
function pairLinks(
  facts: PlanFacts,
  { wanted, links }: Matched,
): Map<DesiredLink, LinkRecord> {
  const free = new Set(links.filter(({ id }) => facts.gone?.links.has(id) !== true));
  const pairs = new Map<DesiredLink, LinkRecord>();
  for (const isExact of [true, false]) {
    for (const link of wanted.links) {
      if (pairs.has(link)) continue;
      const place = { program: wanted, target: link.target };
      const found = [...free].find((row) =>
        isAtPlace(row.details, place, facts.namespaceOf) &&
        (!isExact || isAsWanted(facts.rows, row, link.target))
      );
      if (found === undefined) continue;
      pairs.set(link, found);
      free.delete(found);
    }
  }
  return pairs;
}

function linkSteps(facts: PlanFacts, matched: Matched): LinkStep[] {
  const program = matched.wanted.name;
  const pairs = pairLinks(facts, matched);
  return matched.wanted.links.map((link): LinkStep => {
    const row = pairs.get(link);
    if (row === undefined) return { kind: "attach", program, link };
    return isAsWanted(facts.rows, row, link.target)
      ? { kind: "keep", program, linkId: row.id }
      : { kind: "update", program, linkId: row.id, link };
  });
}

/** Links that go: no step goes on from them. */
function detaches(facts: PlanFacts, steps: readonly LinkStep[]): LinkStep[] {
  const used = new Set(steps.map((step) => step.kind === "attach" ? undefined : step.linkId));
  return linksOf(facts).filter(({ id }) => !used.has(id)).map(({ id, programId }) => ({
    kind: "detach",
    program: facts.rows.programs.get(programId)?.name ?? "",
    linkId: id,
  }));
}

/**
 * What is to be done for one application.
 *
 * @param facts What is wanted, and what is there.
 * @returns Programs and links in the order of the manifest, then those that go, ascending. The
 * generation is the last one when that says the same; steps may be needed even then, for what was
 * taken away behind its back.
 * @throws {BpfmanError} When an application is to be taken away of which nothing is known.
 */
export function planApplication(facts: PlanFacts): ApplicationPlan {
  const matched = (facts.desired?.programs ?? []).map((wanted) => matchProgram(facts, wanted));
  const programs = matched.map(({ step }) => step);
  const links = matched.flatMap((one) => linkSteps(facts, one));
  return {
    name: facts.name,
    generation: nextGeneration({ ...facts, programs: programsOf(facts) }),
    programs: [...programs, ...unloads(facts, programs)],
    links: [...links, ...detaches(facts, links)],
  };
}

/**
 * True when a plan has nothing to do: no step, and no new generation.
 *
 * @param plan The plan.
 * @param last The generation before; null for none.
 */
export function isUnchanged(plan: ApplicationPlan, last: Generation | null): boolean {
  return plan.generation === last &&
    [...plan.programs, ...plan.links].every(({ kind }) => kind === "keep");
}
