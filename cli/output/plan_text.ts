/**
 * What an apply will do, as text: lines with `+` come, with `~` change, with `-` go, with `!` want
 * attention, and without a mark stay.
 *
 * @module
 */
import type {
  ApplicationEffect,
  ApplyEffects,
  ChainEffect,
  ChainPlace,
  LinkEffect,
  MapEffect,
  ProgramEffect,
} from "../../core/declared/effect_types.ts";
import type { Style } from "./style.ts";

/** Marks of steps. */
const MARKS: Readonly<Record<ProgramEffect["step"] | LinkEffect["step"], string>> = {
  keep: " ",
  load: "+",
  attach: "+",
  replace: "~",
  update: "~",
  unload: "-",
  detach: "-",
};

/** Marks and words of maps. */
const FATES: Readonly<Record<MapEffect["fate"], readonly [mark: string, words: string]>> = {
  kept: [" ", "kept"],
  shared: [" ", "shared, as it is pinned by name"],
  created: ["+", "new"],
  incompatible: ["!", "begins anew, empty"],
  dropped: ["-", "goes"],
  unknown: ["!", "not known"],
};

const CHAIN_MARKS: Readonly<Record<ChainPlace["mark"], string>> = {
  same: " ",
  new: "+",
  changed: "~",
  gone: "-",
};

/** Digits of a digest that tell objects apart for people. */
const SHOWN_DIGITS = 12;

function short(digest: string): string {
  const [algorithm, hex = ""] = digest.split(":", 2);
  return `${algorithm}:${hex.slice(0, SHOWN_DIGITS)}`;
}

function mapLine({ name, fate, reason }: MapEffect): string {
  const [mark, words] = FATES[fate];
  return `    ${mark} map ${name}: ${words}${reason === null ? "" : ` (${reason})`}`;
}

function digests({ from, to }: ProgramEffect): string {
  if (from === to) return short(to ?? "");
  return [from, to].filter((digest) => digest !== null).map(short).join(" -> ");
}

function programLines(program: ProgramEffect): string[] {
  const { step, name, type, programId, maps } = program;
  const id = programId === null ? "" : ` ${programId}`;
  const head = `  ${MARKS[step]} program${id} ${name} (${type}) ${digests(program)}`;
  return [head, ...maps.map(mapLine)];
}

function linkLine({ step, linkId, program, kind, place, netns, changes }: LinkEffect): string {
  const id = linkId === null ? "" : ` ${linkId}`;
  const where = `${kind} ${place}${netns === null ? "" : ` in ${netns}`}`;
  const what = changes.length === 0 ? "" : `: ${changes.join(", ")}`;
  return `  ${MARKS[step]} link${id} of ${program === "" ? "nothing" : program} on ${where}${what}`;
}

function verdictLines({ verdict }: ApplicationEffect): string[] {
  if (verdict === null) return [];
  const { allowed, reason, rule, where } = verdict.decision;
  const warnings = "warnings" in verdict ? verdict.warnings : [];
  return [
    allowed ? `    allowed by ${rule} (${where})` : `  ! refused by ${rule} (${where}): ${reason}`,
    ...warnings.map((warning) => `  ! ${warning}`),
  ];
}

function titleOf({ name, generation, last, isUnchanged, isDeleted, owner }: ApplicationEffect) {
  if (isUnchanged) return `${name}: unchanged, generation ${generation}`;
  const now = last === null ? "new" : `now ${last}`;
  // what was taken away behind its back is made again, and that is no other generation
  const number = last === generation ? `${generation}, as declared` : `${generation} (${now})`;
  return `${name}: ${isDeleted ? "taken away, " : ""}generation ${number}, owner ${owner}`;
}

function applicationLines(effect: ApplicationEffect, style: Style): string[] {
  const title = style.header(titleOf(effect));
  if (effect.isUnchanged) return [title];
  const { programs, links, cutByHand } = effect;
  return [
    title,
    ...verdictLines(effect),
    ...programs.flatMap(programLines),
    ...links.map(linkLine),
    ...cutByHand.map((id) => `  ! link ${id}, made by hand, goes with its program`),
  ];
}

/** What there is to know of a place, besides its order and its program. */
function remarks(place: ChainPlace, before: ChainPlace | undefined): string {
  const { linkId, application, isNewVersion, proceedOn, priority } = place;
  return [
    ...linkId === null ? [] : [`link ${linkId}`],
    application ?? "by hand",
    ...isNewVersion ? ["new version"] : [],
    ...before !== undefined && before.priority !== priority
      ? [`priority was ${before.priority}`]
      : [],
    ...proceedOn === null ? [] : [`proceeds on ${proceedOn.join(" ") || "nothing"}`],
  ].join(", ");
}

/** Places as they will be, with those that go where they are. */
function merged({ before, after }: ChainEffect): ChainPlace[] {
  const age = ({ linkId }: ChainPlace) => linkId ?? Infinity;
  const all = [...before.filter(({ mark }) => mark === "gone"), ...after];
  const ages = (a: ChainPlace, b: ChainPlace) => age(a) === age(b) ? 0 : age(a) - age(b);
  return all.sort((a, b) => a.priority - b.priority || ages(a, b));
}

function chainLines(chain: ChainEffect, style: Style): string[] {
  const { kind, interface: name, side, netns, engine, before } = chain;
  const where = [kind, name, ...side === null ? [] : [side], ...netns ? [`in ${netns}`] : []];
  const places = merged(chain);
  const priorities = Math.max(...places.map(({ priority }) => String(priority).length));
  const names = Math.max(...places.map(({ program }) => program.length));
  const old = new Map(before.map((place) => [place.linkId, place]));
  return [
    style.header(where.join(" ") + (engine === null ? "" : `, engine ${engine}`)),
    ...places.map((place) => {
      const was = place.mark === "changed" ? old.get(place.linkId) : undefined;
      const priority = String(place.priority).padStart(priorities);
      const program = place.program.padEnd(names);
      return `  ${CHAIN_MARKS[place.mark]} ${priority} ${program}  ${remarks(place, was)}`;
    }),
  ];
}

/**
 * What an apply will do, as text.
 *
 * @param effects What it will do.
 * @param style Emphasis.
 */
export function planText(effects: ApplyEffects, style: Style): string {
  const { applications, chains, capabilities } = effects;
  const parts = [
    applications.flatMap((effect) => applicationLines(effect, style)),
    ...chains.map((chain) => chainLines(chain, style)),
    capabilities.length === 0 ? [] : [`needs ${capabilities.join(", ")}`],
  ];
  const text = parts.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return text.length === 0 ? "no applications\n" : `${text.join("\n\n")}\n`;
}
