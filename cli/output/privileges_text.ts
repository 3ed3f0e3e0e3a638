/**
 * What verbs need, as text and as JSON.
 *
 * @module
 */
import type { ExplainedNeed, Explanation } from "../../core/privileges/explain.ts";
import type { CapabilityNeed } from "../../core/privileges/types.ts";
import type { PermissionSetName } from "../permissions.ts";
import { foldValue } from "./fold.ts";
import { type Column, renderTable, type TableOptions } from "./table.ts";
import type { PrivilegesJson } from "../schema/host.ts";

/** The verb with what was asked about, such as `load xdp`. */
function titleOf({ commands: [command], kinds }: Explanation): string {
  return [command, ...kinds].join(" ");
}

function names(needs: readonly CapabilityNeed[]): string {
  return [...new Set(needs.map(({ capability }) => capability))].join(", ");
}

const COLUMNS: readonly Column[] = [
  { header: "VERB", wraps: true },
  { header: "CAPABILITIES", wraps: true },
  { header: "IN SOME SITUATIONS", wraps: true },
];

/** Every verb with its capabilities. */
export function verbTable(all: readonly Explanation[], options: TableOptions): string {
  const rows = all.map((explanation) => [
    titleOf(explanation),
    explanation.capabilities.join(", "),
    names(explanation.situations.flatMap(({ needs }) => needs)),
  ]);
  return renderTable(COLUMNS, rows, options);
}

function needLines({ rule, why, unless }: CapabilityNeed, { width }: TableOptions): string[] {
  return [
    ...foldValue("    Why:    ", why, width),
    ...foldValue("    Asked:  ", rule, width),
    ...(unless === undefined ? [] : foldValue("    Unless: ", unless, width)),
  ];
}

/** A title, set off, and a value beside it. */
function titled(title: string, value: string, { style, width }: TableOptions): string[] {
  const [first = "", ...others] = foldValue(`${title}: `, value, width);
  return [`${style.header(title)}${first.slice(title.length)}`, ...others];
}

/** `load xdp, load tc` as `load xdp, tc`. */
function partsText(parts: readonly string[]): string {
  const groups = Map.groupBy(parts, (part) => part.split(" ", 1)[0] ?? "");
  return [...groups].map(([word, members]) =>
    `${word} ${members.map((part) => part.slice(word.length + 1)).join(", ")}`
  ).join("; ");
}

function explainedLines(need: ExplainedNeed, options: TableOptions): string[] {
  const whom = need.scope === "every" ? "always" : "for some";
  return [
    ...capabilityLines(need, `${whom}: ${partsText(need.parts)}`, options),
    ...needLines(need, options),
  ];
}

function capabilityLines(
  { capability }: CapabilityNeed,
  words: string,
  { style, width }: TableOptions,
): string[] {
  const [first = "", ...others] = foldValue(`  ${capability} `, words, width);
  return [`  ${style.id(capability)}${first.slice(capability.length + 2)}`, ...others];
}

/** One verb in full. */
export function explanationText(
  explanation: Explanation,
  sets: readonly PermissionSetName[],
  options: TableOptions,
): string {
  const { capabilities, needs, situations, reads, writes, network } = explanation;
  const held = capabilities.length === 0 ? "none" : capabilities.join(", ");
  return [
    ...titled(titleOf(explanation), held, options),
    ...needs.flatMap((need) => explainedLines(need, options)),
    options.style.header("Besides, in some situations:"),
    ...situations.flatMap(({ words, needs }) =>
      needs.flatMap((need) => [
        ...capabilityLines(need, `for: ${words}`, options),
        ...needLines(need, options),
      ])
    ),
    ...titled("Reads", reads.join("; "), options),
    ...titled("Writes", writes.join("; "), options),
    ...titled("Network", network ?? "never", options),
    ...titled("Permission sets of Deno", sets.map((set) => `-P=${set}`).join(", "), options),
    "",
  ].join("\n");
}

function needJson({ capability, scope, rule, why, unless }: CapabilityNeed) {
  return { capability, scope, rule, why, unless: unless ?? null };
}

/** One verb as a value. */
export function explanationJson(
  explanation: Explanation,
  sets: readonly PermissionSetName[],
): PrivilegesJson {
  const { verb, kinds, commands, capabilities, needs, situations } = explanation;
  const { reads, writes, network } = explanation;
  return {
    verb,
    kinds,
    commands,
    capabilities,
    needs: needs.map((need) => ({ ...needJson(need), parts: need.parts })),
    situations: situations.map(({ situation, words, needs }) => ({
      situation,
      words,
      needs: needs.map(needJson),
    })),
    reads,
    writes,
    network,
    permission_sets: sets,
  };
}
