/**
 * One program of an older manifest in the present form: what was a program with one place is a
 * program with links.
 *
 * @module
 */
import { MEMBERS, TC_ACTIONS, XDP_ACTIONS } from "./words.ts";
import { plainSpelling, type Taker } from "./taker.ts";
import { MANIFEST_TYPES, type ManifestType } from "./types.ts";

/** A program in the present form. */
export interface ConvertedProgram {
  readonly name: unknown;
  /** Of the present ones; any other word is refused when all is done. */
  readonly type: string;
  /** What its member holds besides links; null when it has none. */
  readonly config: Readonly<Record<string, unknown>> | null;
  readonly links: readonly Readonly<Record<string, unknown>>[];
}

/** The keys of `given` that have a value. */
export function defined(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** A word in the present spelling; one that is none stays, and is refused afterwards. */
function wordOf(word: unknown, words: readonly string[]): unknown {
  if (typeof word !== "string") return word;
  return words.find((one) => plainSpelling(one) === plainSpelling(word)) ?? word;
}

/** Pods, with the names of containers where they still mean something. */
function podsOf(taker: Taker | undefined, hasContainers: boolean): unknown {
  if (taker === undefined) return undefined;
  if (!hasContainers) {
    taker.lose("containernames", "is without meaning: a link is made for each pod");
  }
  const pods = defined({
    namespace: taker.plain("namespace"),
    pods: taker.plain("pods"),
    containerNames: hasContainers ? taker.plain("containernames") : undefined,
  });
  taker.finish();
  return pods;
}

function selectorOf(taker: Taker | undefined): unknown {
  if (taker === undefined) return undefined;
  const interfaces = taker.list("interfaces", "interface");
  const selector = defined({
    interfaces: interfaces.length === 0 ? undefined : interfaces,
    primaryNodeInterface: taker.plain("primarynodeinterface"),
  });
  taker.finish();
  return selector;
}

function packetLinks(type: ManifestType, taker: Taker): ConvertedProgram["links"] {
  const actions = type === "XDP" ? XDP_ACTIONS : TC_ACTIONS;
  const words = type === "TCX" ? undefined : taker.plain("proceedon");
  return [defined({
    interfaceSelector: selectorOf(taker.object("interfaceselector")),
    networkNamespaces: podsOf(taker.object("containers", "networknamespaces"), false),
    priority: taker.plain("priority"),
    direction: type === "XDP" ? undefined : wordOf(taker.plain("direction"), ["Ingress", "Egress"]),
    proceedOn: Array.isArray(words) ? words.map((word) => wordOf(word, actions)) : words,
  })];
}

/** Functions to probe; a field was a name in some versions and a list in others. */
function functionsOf(taker: Taker): unknown[] {
  const one = taker.list("func_name", "func_names", "functionname", "functionnames", "fn_name");
  return one.length === 0 ? [undefined] : one;
}

function kernelLinks(type: ManifestType, taker: Taker): ConvertedProgram["links"] {
  taker.lose("container_pid", "is gone: kernel functions are those of the whole machine");
  if (type === "KRetProbe") taker.lose("offset", "is gone: a return probe has none");
  const offset = taker.plain("offset");
  return functionsOf(taker).map((name) => defined({ function: name, offset }));
}

function userLinks(taker: Taker): ConvertedProgram["links"] {
  taker.lose("container_pid", "is gone: name containers");
  const offset = taker.plain("offset");
  const pid = taker.plain("pid");
  const containers = podsOf(taker.object("containers"), true);
  const functions = functionsOf(taker);
  const targets = taker.list("target");
  return (targets.length === 0 ? [undefined] : targets).flatMap((target) =>
    functions.map((name) => defined({ function: name, offset, target, pid, containers }))
  );
}

function linksOf(type: ManifestType, taker: Taker): ConvertedProgram["links"] {
  switch (type) {
    case "XDP":
    case "TC":
    case "TCX":
      return packetLinks(type, taker);
    case "FEntry":
    case "FExit":
      return [{ mode: "Attach" }];
    case "TracePoint":
      return taker.list("names", "name").map((name) => ({ name }));
    case "KProbe":
    case "KRetProbe":
      return kernelLinks(type, taker);
    default:
      return userLinks(taker);
  }
}

/** The C function of a program. */
function nameOf(taker: Taker): unknown {
  const name = taker.plain("bpffunctionname");
  if (name !== undefined) return name;
  const section = taker.plain("sectionname");
  if (typeof section !== "string") return section;
  const word = section.slice(section.lastIndexOf("/") + 1);
  taker.note(`sectionname "${section}" was taken for the function "${word}": check its name`);
  return word;
}

/** The type of a program, by a word of any version; a return probe was a switch for a while. */
function typeOf(word: string, taker: Taker): ManifestType | undefined {
  const isReturn = taker.plain("retprobe") === true && !plainSpelling(word).includes("ret");
  const wanted = isReturn ? plainSpelling(word).replace("probe", "retprobe") : plainSpelling(word);
  return MANIFEST_TYPES.find((type): boolean => MEMBERS[type] === wanted);
}

/**
 * Converts one program.
 *
 * @param word Its type, as any version spells it.
 * @param taker What it is said to be; everything that has a meaning is taken out of it.
 * @returns Undefined for a type that there never was.
 */
export function convertProgram(word: string, taker: Taker): ConvertedProgram | undefined {
  const type = typeOf(word, taker);
  if (type === undefined) return undefined;
  const name = nameOf(taker);
  const isTracing = type === "FEntry" || type === "FExit";
  const [attachFunction] = isTracing ? functionsOf(taker) : [];
  return {
    name,
    type,
    config: defined({ function: attachFunction }),
    links: linksOf(type, taker),
  };
}

/** Programs of the same function are one program with the links of all. */
export function joinPrograms(programs: readonly ConvertedProgram[]): ConvertedProgram[] {
  const keyOf = ({ name, type, config }: ConvertedProgram): string =>
    JSON.stringify([name, type, config]);
  const joined = new Map<string, ConvertedProgram>();
  for (const program of programs) {
    const key = keyOf(program);
    const before = joined.get(key);
    joined.set(key, { ...program, links: [...before?.links ?? [], ...program.links] });
  }
  return [...joined.values()];
}

/** A program as a manifest has it. */
export function programData({ name, type, config, links }: ConvertedProgram): unknown {
  const known = MANIFEST_TYPES.find((one) => one === type);
  if (known === undefined || config === null) return defined({ name, type });
  return { name, type, [MEMBERS[known]]: { ...config, ...(links.length === 0 ? {} : { links }) } };
}
