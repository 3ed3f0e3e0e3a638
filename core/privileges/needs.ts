/**
 * From a change to its capabilities.
 *
 * @module
 */
import { LINK_KINDS, type LinkKind, PROGRAM_TYPES, type ProgramType } from "../types/words.ts";
import { ATTACH_NEEDS, DETACH_NEEDS, LOAD_NEEDS, SITUATION_NEEDS } from "./rules.ts";
import {
  CAPABILITY_NAMES,
  type CapabilityName,
  type CapabilityNeed,
  type ChangeVerb,
  type NeedOfPart,
  type PrivilegeQuestion,
  SITUATIONS,
} from "./types.ts";

/** A part of a verb. */
export type VerbPart = "load" | "attach" | "detach";

/** The parts of each verb. */
export const VERB_PARTS: Readonly<Record<ChangeVerb, readonly VerbPart[]>> = {
  load: ["load"],
  run: ["load", "attach"],
  // links that cannot swap their program are made anew
  replace: ["load", "attach", "detach"],
  attach: ["attach"],
  detach: ["detach"],
  unload: ["detach"],
  delete: ["detach"],
  update: ["detach"],
  "delete-dispatcher": ["detach"],
  // links get their programs back, chains are finished or taken off
  repair: ["detach"],
};

function named(part: string, needs: readonly CapabilityNeed[]): NeedOfPart[] {
  return needs.map((need) => ({ part, ...need }));
}

function needsOfPart(
  part: VerbPart,
  types: readonly ProgramType[],
  kinds: readonly LinkKind[],
): NeedOfPart[] {
  if (part === "load") return types.flatMap((type) => named(`load ${type}`, LOAD_NEEDS[type]));
  const table = part === "attach" ? ATTACH_NEEDS : DETACH_NEEDS;
  return kinds.flatMap((kind) => named(`${part} ${kind}`, table[kind] ?? []));
}

/**
 * Everything that the kernel may ask for during a change.
 *
 * @param question The change.
 * @returns Each need with the part of the change that it belongs to.
 */
export function needsOf(question: PrivilegeQuestion): NeedOfPart[] {
  const { verb, types = PROGRAM_TYPES, attachKinds = LINK_KINDS } = question;
  const { isPerfRestricted = true } = question;
  return [
    ...VERB_PARTS[verb].flatMap((part) => needsOfPart(part, types, attachKinds))
      .filter(({ perf }) => perf === undefined || (perf === "restricted") === isPerfRestricted),
    ...SITUATIONS.filter((situation) => question[situation] === true)
      .flatMap((situation) => named(situation, SITUATION_NEEDS[situation])),
  ];
}

/**
 * The capabilities without which the kernel refuses a change, whatever the program and the place:
 * those that messages call missing. In the order of the table.
 *
 * @param question The change.
 */
export function alwaysNeeded(question: PrivilegeQuestion): CapabilityName[] {
  const always = needsOf(question).filter(({ scope }) => scope === "every");
  return [...new Set(always.map(({ capability }) => capability))];
}

/**
 * The capabilities that messages call missing when a link is made or moved: for all settings of
 * `kernel.perf_event_paranoid`, and as before Linux 5.19, where every call asks for what the load of
 * the program took.
 *
 * @param kind Kind of the link.
 */
export function neededForLink(kind: LinkKind): CapabilityName[] {
  const making = { verb: "run", types: [kind], attachKinds: [kind] } as const;
  const settings = [true, false];
  return [
    ...new Set(
      settings.flatMap((isPerfRestricted) => alwaysNeeded({ ...making, isPerfRestricted })),
    ),
  ];
}

/**
 * The capabilities of a change, each once, in the order of their numbers. CAP_SYS_ADMIN does not
 * take the place of others: each window raises what its call asks for.
 *
 * @param question The change.
 */
export function capabilitiesFor(question: PrivilegeQuestion): CapabilityName[] {
  const needed = new Set(needsOf(question).map(({ capability }) => capability));
  return CAPABILITY_NAMES.filter((name) => needed.has(name));
}
