/**
 * Verdicts as text, JSON and Markdown: a matrix of programs and kernels, and the reasons.
 *
 * @module
 */
import type { Answer, KernelVerdict, ProgramVerdict, Reason } from "./types.ts";
import { overallAnswer } from "./types.ts";

const WORDS: Readonly<Record<Answer, string>> = {
  loads: "loads",
  rejected: "REJECTED",
  depends: "depends",
  beyond: "unclear",
};

interface Row {
  readonly program: string;
  readonly section: string;
  /** By kernel, in the order of the verdicts; undefined where the program is missing. */
  readonly verdicts: readonly (ProgramVerdict | undefined)[];
}

function rowsOf(verdicts: readonly KernelVerdict[]): Row[] {
  const names = new Map<string, string>();
  for (const { programs } of verdicts) {
    for (const { program, section } of programs) names.set(program, section);
  }
  return [...names].map(([program, section]) => ({
    program,
    section,
    verdicts: verdicts.map(({ programs }) => programs.find((entry) => entry.program === program)),
  }));
}

function word(verdict: ProgramVerdict | undefined): string {
  if (verdict === undefined) return "-";
  const { answer, absentOptional } = verdict;
  const isQuiet = answer !== "loads" || absentOptional === 0;
  return isQuiet ? WORDS[answer] : `${WORDS[answer]} (${absentOptional} absent)`;
}

function reasonText({ text, instruction, source }: Reason): string {
  const places = [
    ...(instruction === undefined ? [] : [`instruction ${instruction}`]),
    ...(source === undefined ? [] : [source]),
  ];
  return places.length === 0 ? text : `${text} (${places.join(", ")})`;
}

/** Lines of a table whose columns are as wide as they need. */
function table(lines: readonly (readonly string[])[]): string[] {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0))
  );
  return lines.map((line) =>
    line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()
  );
}

/** Notes below the matrix: program, kernel, then reasons and remarks. */
function notesOf(verdicts: readonly KernelVerdict[]): [heading: string, lines: string[]][] {
  return verdicts.flatMap(({ kernel, programs }) =>
    programs.filter(({ reasons, remarks }) => reasons.length + remarks.length > 0)
      .map(({ program, answer, reasons, remarks }): [string, string[]] => [
        `${program} on ${kernel}: ${WORDS[answer]}`,
        [...reasons.map(reasonText), ...remarks],
      ])
  );
}

/** Verdicts as text for a terminal. */
export function verdictText(verdicts: readonly KernelVerdict[]): string {
  const rows = rowsOf(verdicts).map(({ program, section, verdicts: cells }) => [
    program,
    section,
    ...cells.map(word),
  ]);
  const heading = ["PROGRAM", "SECTION", ...verdicts.map(({ kernel }) => kernel)];
  const notes = notesOf(verdicts).flatMap(([title, lines]) => [
    "",
    title,
    ...lines.map((line) => `  ${line}`),
  ]);
  const caution = overallAnswer(verdicts) === "loads"
    ? ["", "Nothing known stands against loading; the verifier has the last word."]
    : [];
  return `${[...table([heading, ...rows]), ...notes, ...caution].join("\n")}\n`;
}

function cell(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replace(/[\r\n]+/g, " ");
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(" | ")} |`;
}

/** Verdicts as Markdown, for summaries of continuous integration. */
export function verdictMarkdown(verdicts: readonly KernelVerdict[]): string {
  const heading = ["Program", "Section", ...verdicts.map(({ kernel }) => kernel)];
  const rows = rowsOf(verdicts).map(({ program, section, verdicts: cells }) =>
    tableRow([`\`${program}\``, `\`${section}\``, ...cells.map(word)])
  );
  const notes = notesOf(verdicts).flatMap(([title, lines]) => [
    "",
    `**${cell(title)}**`,
    "",
    ...lines.map((line) => `- ${cell(line)}`),
  ]);
  const rule = `| ${heading.map(() => "---").join(" | ")} |`;
  return `${[tableRow(heading), rule, ...rows, ...notes].join("\n")}\n`;
}

/** Verdicts as a value for `JSON.stringify`; version 1 of the format. */
export function verdictJson(verdicts: readonly KernelVerdict[]): {
  readonly version: 1;
  readonly answer: Answer;
  readonly kernels: readonly KernelVerdict[];
} {
  return { version: 1, answer: overallAnswer(verdicts), kernels: verdicts };
}
