/**
 * What verbs need, as text and as JSON.
 *
 * @module
 */
import type { ExplainedNeed, Explanation } from "../../core/privileges/explain.ts";
import type { CapabilityNeed } from "../../core/privileges/types.ts";
import type { PermissionSetName } from "../permissions.ts";
import type { Style } from "./style.ts";
import { renderTable, type TableOptions } from "./table.ts";
import type { PrivilegesJson } from "../schema/host.ts";

/** The verb with what was asked about, such as `load xdp`. */
function titleOf({ commands: [command], kinds }: Explanation): string {
  return [command, ...kinds].join(" ");
}

function names(needs: readonly CapabilityNeed[]): string {
  return [...new Set(needs.map(({ capability }) => capability))].join(", ");
}

/** Every verb with its capabilities. */
export function verbTable(all: readonly Explanation[], options: TableOptions): string {
  const columns = [{ header: "VERB" }, { header: "CAPABILITIES" }, {
    header: "IN SOME SITUATIONS",
  }];
  const rows = all.map((explanation) => [
    titleOf(explanation),
    explanation.capabilities.join(", "),
    names(explanation.situations.flatMap(({ needs }) => needs)),
  ]);
  return renderTable(columns, rows, options);
}

function needLines({ rule, why, unless }: CapabilityNeed): string[] {
  return [
    `    Why:    ${why}`,
    `    Asked:  ${rule}`,
    ...(unless === undefined ? [] : [`    Unless: ${unless}`]),
  ];
}

/** `load xdp, load tc` as `load xdp, tc`. */
function partsText(parts: readonly string[]): string {
  const groups = Map.groupBy(parts, (part) => part.split(" ", 1)[0] ?? "");
  return [...groups].map(([word, members]) =>
    `${word} ${members.map((part) => part.slice(word.length + 1)).join(", ")}`
  ).join("; ");
}

function explainedLines(need: ExplainedNeed, style: Style): string[] {
  const whom = need.scope === "every" ? "always" : "for some";
  return [
    `  ${style.id(need.capability)} ${whom}: ${partsText(need.parts)}`,
    ...needLines(need),
  ];
}

/** One verb in full. */
export function explanationText(
  explanation: Explanation,
  sets: readonly PermissionSetName[],
  style: Style,
): string {
  const { capabilities, needs, situations, reads, writes, network } = explanation;
  const held = capabilities.length === 0 ? "none" : capabilities.join(", ");
  return [
    `${style.header(titleOf(explanation))}: ${held}`,
    ...needs.flatMap((need) => explainedLines(need, style)),
    style.header("Besides, in some situations:"),
    ...situations.flatMap(({ words, needs }) =>
      needs.flatMap((need) => [
        `  ${style.id(need.capability)} for: ${words}`,
        ...needLines(need),
      ])
    ),
    `${style.header("Reads")}: ${reads.join("; ")}`,
    `${style.header("Writes")}: ${writes.join("; ")}`,
    `${style.header("Network")}: ${network ?? "never"}`,
    `${style.header("Permission sets of Deno")}: ${sets.map((set) => `-P=${set}`).join(", ")}`,
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
