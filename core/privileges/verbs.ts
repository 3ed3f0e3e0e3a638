/**
 * What verbs need besides capabilities, and when a situation can come up.
 *
 * @module
 */
import { LINK_KINDS, PROGRAM_TYPES, type ProgramType } from "../types/words.ts";
import { VERB_PARTS, type VerbPart } from "./needs.ts";
import { type ChangeVerb, type PrivilegeQuestion, type Situation, SITUATIONS } from "./types.ts";

/** Facts of a verb. */
export interface VerbFacts {
  /** Commands of the tool, the shortest first. */
  readonly commands: readonly [string, ...string[]];
  /** Files that are read besides the program's own and those of the kernel. */
  readonly reads: readonly string[];
  /** Files that are written. */
  readonly writes: readonly string[];
  /** When the network is used, in words; null for never. */
  readonly network: string | null;
}

const STATE = "the runtime directory with its bpffs";
const LOG = "the audit log";
const OBJECT = "the object file, or the local store of images";
const REGISTRY = "for images that are not in the store, before any capability is in effect";
const CHANGE = { reads: [STATE], writes: [STATE, LOG], network: null } as const;
const BRING = {
  reads: [STATE, OBJECT],
  writes: [STATE, LOG, "the local store of images"],
  network: REGISTRY,
} as const;

/** Facts by verb. */
export const VERB_FACTS: Readonly<Record<ChangeVerb, VerbFacts>> = {
  load: { ...BRING, commands: ["load", "load file", "load image"] },
  run: { ...BRING, commands: ["run", "program run"] },
  replace: { ...BRING, commands: ["program replace", "replace"] },
  attach: {
    ...CHANGE,
    commands: ["attach"],
    reads: [STATE, "the program or library that is probed, tracefs, cgroups"],
  },
  detach: { ...CHANGE, commands: ["detach", "link detach"] },
  unload: { ...CHANGE, commands: ["unload", "program unload"] },
  delete: { ...CHANGE, commands: ["delete", "delete program", "delete link"] },
  update: { ...CHANGE, commands: ["link update", "update"] },
  "delete-dispatcher": { ...CHANGE, commands: ["dispatcher delete", "delete-dispatcher"] },
  repair: { ...CHANGE, commands: ["repair"] },
};

/** When a situation can come up. */
interface Occasion {
  /** Parts of a verb, each with the types or kinds that it can come up with. */
  readonly parts: Readonly<Partial<Record<VerbPart, readonly ProgramType[]>>>;
  /** What it is, in words. */
  readonly words: string;
}

const NETWORK = ["xdp", "tc", "tcx", "netkit"] as const;
const EVERY = PROGRAM_TYPES;

/** Situations in words, and when they can come up. */
export const OCCASIONS: Readonly<Record<Situation, Occasion>> = {
  firstUse: {
    parts: { load: EVERY, attach: EVERY, detach: EVERY },
    words: "first change in a runtime directory",
  },
  netns: {
    parts: { attach: NETWORK, detach: ["tc"] },
    words: "another network namespace (--netns)",
  },
  foreignProcess: {
    parts: { attach: ["uprobe", "uretprobe"] },
    words: "a process that is named (--pid, --container-pid)",
  },
  mapGroup: {
    parts: { load: EVERY },
    words: "a group for maps in the configuration ([maps] group)",
  },
  kernelSymbols: {
    parts: { load: EVERY, attach: ["kprobe", "kretprobe"] },
    words: "addresses of the kernel (externs without types, --offset of kprobes)",
  },
  moduleTarget: { parts: { load: ["fentry", "fexit"] }, words: "a function of a kernel module" },
  extensions: {
    parts: { attach: ["xdp", "tc"], detach: ["xdp", "tc"] },
    words: "a chain of --engine freplace",
  },
  libxdp: {
    parts: { attach: ["xdp"], detach: ["xdp"] },
    words: "programs of others on the interface, or --engine libxdp",
  },
};

/** The situations that a change can come upon. */
export function situationsOf(question: PrivilegeQuestion): Situation[] {
  const { verb, types = PROGRAM_TYPES, attachKinds = LINK_KINDS } = question;
  return SITUATIONS.filter((situation) =>
    VERB_PARTS[verb].some((part) => {
      const asked = part === "load" ? types : attachKinds;
      return OCCASIONS[situation].parts[part]?.some((kind) => asked.includes(kind)) === true;
    })
  );
}

/** The verb of a command's first words, with the words behind it; null for none. */
export function findVerb(
  words: readonly string[],
): { readonly verb: ChangeVerb; readonly rest: readonly string[] } | null {
  const commands = Object.entries(VERB_FACTS).flatMap(([verb, facts]) =>
    facts.commands.map((command) => ({ verb: verb as ChangeVerb, words: command.split(" ") }))
  );
  const fitting = commands.filter((command) =>
    command.words.every((word, at) => words[at] === word)
  );
  const [best] = fitting.toSorted((a, b) => b.words.length - a.words.length);
  return best === undefined ? null : { verb: best.verb, rest: words.slice(best.words.length) };
}
