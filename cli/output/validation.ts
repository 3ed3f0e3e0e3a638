/**
 * Findings of a validation as text and as JSON.
 *
 * @module
 */
import type { Finding } from "../../bytecode-tools/object/findings.ts";
import type { Validation } from "../../bytecode-tools/object/validate.ts";
import type { Style } from "./style.ts";
import type { ValidationJson } from "../schema/bytecode.ts";

/** Most findings in text; JSON and YAML have all. */
const MAX_FINDINGS = 100;

function placeText({ where }: Finding): string {
  const section = where.section === undefined ? "" : ` in "${where.section}"`;
  const source = where.source === undefined ? "" : `, ${where.source}`;
  return `byte ${where.offset}${section}${source}`;
}

function findingLines(finding: Finding, style: Style): string[] {
  const { severity, rule, message, advice } = finding;
  const word = severity === "error" ? style.bad(severity) : style.header(severity);
  return [
    `${word} ${style.id(rule)}: ${message}`,
    `  at ${placeText(finding)}`,
    `  ${style.dim(advice)}`,
  ];
}

/** Number of findings of each severity, in words. */
function countsText(findings: readonly Finding[]): string {
  const count = (severity: string) => findings.filter((item) => item.severity === severity).length;
  const word = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  return [
    word(count("error"), "error"),
    word(count("warning"), "warning"),
    word(count("note"), "note"),
  ].join(", ");
}

/** Findings, errors first, and one line that sums up. */
export function validationText(name: string, validation: Validation, style: Style): string {
  const { findings, isValid } = validation;
  const shown = findings.slice(0, MAX_FINDINGS);
  const more = findings.length - shown.length;
  return [
    ...shown.flatMap((finding) => findingLines(finding, style)),
    ...(more === 0 ? [] : [`… and ${more} more, see -o json`]),
    `${name}: ${isValid ? "valid" : style.bad("not valid")}: ${countsText(findings)}`,
    "",
  ].join("\n");
}

/** Findings as plain data. */
export function validationJson(name: string, validation: Validation): ValidationJson {
  return {
    file: name,
    valid: validation.isValid,
    findings: validation.findings.map(({ rule, severity, where, message, advice }) => ({
      rule,
      severity,
      section: where.section ?? null,
      offset: where.offset,
      source: where.source ?? null,
      message,
      advice,
    })),
  };
}
