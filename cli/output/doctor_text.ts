/**
 * What the doctor found, as text.
 *
 * @module
 */
import {
  type Check,
  CHECK_GROUPS,
  CHECK_STATES,
  type CheckGroup,
  type CheckState,
  type DoctorReport,
} from "../../core/doctor/types.ts";
import { foldValue } from "./fold.ts";
import type { Style } from "./style.ts";

/** How the report is shown. */
export interface DoctorTextOptions {
  readonly style: Style;
  /** Also what is well or does not matter. */
  readonly isVerbose: boolean;
  /** Columns of the terminal. Null keeps whole lines. */
  readonly width: number | null;
}

const TITLES: Readonly<Record<CheckGroup, string>> = {
  kernel: "Kernel",
  programs: "Program types",
  libraries: "Libraries",
  caller: "Caller",
  jail: "Jail",
  runtime: "Runtime",
  state: "State",
  trust: "Trust",
};

/** Words of the states, equally long. */
const WORDS: Readonly<Record<CheckState, string>> = {
  "ok": "ok     ",
  "not-applicable": "-      ",
  "unknown": "unknown",
  "warning": "warning",
  "problem": "problem",
};

/** States that are shown without being asked for. */
const SHOWN: readonly CheckState[] = ["unknown", "warning", "problem"];
const INDENT = "           ";

function word(state: CheckState, style: Style): string {
  if (state === "problem") return style.bad(WORDS[state]);
  if (state === "ok") return style.ok(WORDS[state]);
  return state === "warning" ? style.warn(WORDS[state]) : style.dim(WORDS[state]);
}

/** Checks of which the same is to be said become one. */
function joined(checks: readonly Check[]): Check[] {
  const alike = Map.groupBy(
    checks,
    ({ state, found, wanted, hint }) => JSON.stringify([state, found, wanted, hint]),
  );
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    return [{ ...first, title: [first, ...others].map(({ title }) => title).join(", ") }];
  });
}

function checkLines(
  { state, title, found, wanted, hint }: Check,
  { style, width }: DoctorTextOptions,
): string[] {
  const [first = "", ...others] = foldValue(INDENT, `${title}: ${found}`, width);
  const more = [
    ...wanted === null ? [] : foldValue(`${INDENT}wanted: `, wanted, width),
    ...hint === null ? [] : foldValue(`${INDENT}mend: `, hint, width),
  ];
  return [
    `  ${word(state, style)}  ${first.slice(INDENT.length)}`,
    ...others,
    ...more.map((line) => `${INDENT}${style.dim(line.slice(INDENT.length))}`),
  ];
}

/** One line that stands for what is not shown. */
function groupSum(checks: readonly Check[]): string {
  const applying = checks.filter(({ state }) => state !== "not-applicable");
  const good = applying.filter(({ state }) => state === "ok").length;
  return good === applying.length ? "all well" : `${good} of ${applying.length} well`;
}

function groupLines(
  group: CheckGroup,
  checks: readonly Check[],
  options: DoctorTextOptions,
): string[] {
  const { style, isVerbose } = options;
  if (checks.length === 0) return [];
  const shown = checks.filter(({ state }) => isVerbose || SHOWN.includes(state));
  const head = `${style.header(TITLES[group])}: ${groupSum(checks)}`;
  return [head, ...joined(shown).flatMap((check) => checkLines(check, options))];
}

function sumLines({ counts, isFine }: DoctorReport, options: DoctorTextOptions): string[] {
  const parts = CHECK_STATES.toReversed().filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state.replace("-", " ")}`);
  const word = isFine ? "fine" : "problem";
  const [first = "", ...others] = foldValue(`${word}: `, parts.join(", "), options.width);
  return [`${isFine ? word : options.style.bad(word)}${first.slice(word.length)}`, ...others];
}

/** What was found. */
export function doctorText(report: DoctorReport, options: DoctorTextOptions): string {
  const { checks, release, architecture } = report;
  const groups = Map.groupBy(checks, ({ group }) => group);
  return [
    `Linux ${release}, ${architecture}`,
    ...CHECK_GROUPS.flatMap((group) => groupLines(group, groups.get(group) ?? [], options)),
    ...sumLines(report, options),
    "",
  ].join("\n");
}
