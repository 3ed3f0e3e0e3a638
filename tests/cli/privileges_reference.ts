/**
 * The tables of docs/privileges.md, from the same data that `privileges` prints and jails are made
 * of.
 *
 * @module
 */
import { explain } from "../../core/privileges/explain.ts";
import { capabilitiesFor } from "../../core/privileges/needs.ts";
import {
  ATTACH_NEEDS,
  DETACH_NEEDS,
  LOAD_NEEDS,
  SITUATION_NEEDS,
} from "../../core/privileges/rules.ts";
import { type CapabilityNeed, CHANGE_VERBS, SITUATIONS } from "../../core/privileges/types.ts";
import { OCCASIONS } from "../../core/privileges/verbs.ts";
import { PROGRAM_TYPES } from "../../core/types.ts";

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(headers), row(headers.map(() => "---")), ...rows.map(row)].join("\n");
}

/** Short names; in brackets what only some programs, places or kernels need. */
function short(needs: readonly CapabilityNeed[]): string {
  const words = needs.map(({ capability, scope, perf }) => {
    const name = capability.replace("CAP_", "");
    if (perf === "restricted") return `(${name} if restricted)`;
    return scope === "every" ? name : `(${name})`;
  });
  return words.length === 0 ? "none" : words.join(" ");
}

function typeTable(): string {
  const rows = PROGRAM_TYPES.map((type) => [
    `\`${type}\``,
    short(LOAD_NEEDS[type]),
    short(ATTACH_NEEDS[type]),
    short(DETACH_NEEDS[type] ?? []),
  ]);
  return table(["type", "load", "attach", "detach, update"], rows);
}

function verbTable(): string {
  const rows = CHANGE_VERBS.map((verb) => {
    const { commands, writes, network } = explain(verb);
    const all = capabilitiesFor({ verb }).map((name) => name.replace("CAP_", ""));
    return [`\`${commands[0]}\``, all.join(" "), writes.join("; "), network ?? "never"];
  });
  return table(["verb", "capabilities, all types together", "writes", "network"], rows);
}

function ruleTable(): string {
  const needs = [LOAD_NEEDS, ATTACH_NEEDS, DETACH_NEEDS]
    .flatMap((group) => Object.values(group).flat());
  const rows = needs.map(({ capability, rule, why, unless }) => [
    capability,
    `\`${rule}\``,
    why,
    unless ?? "",
  ]);
  const distinct = new Map(rows.map((cells) => [cells.join("\n"), cells]));
  return table(["capability", "rule of the kernel", "why", "not asked when"], [
    ...distinct.values(),
  ]);
}

function situationTable(): string {
  const rows = SITUATIONS.flatMap((situation) =>
    SITUATION_NEEDS[situation].map(({ capability, rule, why }) => [
      OCCASIONS[situation].words,
      capability,
      `\`${rule}\``,
      why,
    ])
  );
  return table(["situation", "capability", "rule of the kernel", "why"], rows);
}

/** The generated part of docs/privileges.md. */
export function privilegesReference(): string {
  return [
    "### By type",
    "In brackets: what only some programs or places need, such as a chain of several programs. " +
    "`if restricted` stands for kernels whose `kernel.perf_event_paranoid` is above 2, as Debian " +
    "sets it: there it takes the place of the one before.",
    typeTable(),
    "### By verb",
    verbTable(),
    "### Which rule demands it",
    ruleTable(),
    "### In some situations",
    situationTable(),
    "",
  ].join("\n\n");
}
