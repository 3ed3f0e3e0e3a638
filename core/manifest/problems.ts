/**
 * What is wrong with manifests: all of it at once, each with its place.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import type { ManifestPath } from "./types.ts";

/** One thing that is wrong. */
export interface ManifestProblem {
  /** Name of the file. */
  readonly file: string;
  /** Line, from 1 on. */
  readonly line: number;
  /** Such as `spec.programs[0].name`; empty for the document as a whole. */
  readonly path: string;
  /** What is wrong, and what is wanted. */
  readonly message: string;
}

/** More than these help nobody. */
const MOST_SHOWN = 50;

/** Keys and positions as text: `spec.programs[1].xdp`, `globalData["a b"]`. */
export function pathText(path: ManifestPath): string {
  return path.map((step, at) => {
    if (typeof step === "number") return `[${step}]`;
    if (!/^[\w$-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
    return at === 0 ? step : `.${step}`;
  }).join("");
}

/** One problem as a line. */
export function problemText({ file, line, path, message }: ManifestProblem): string {
  return `${file}:${line}: ${path === "" ? "" : `${path}: `}${message}`;
}

/** Manifests that cannot be used, with everything that is wrong with them. */
export class ManifestError extends BpfmanError {
  /** Name of the class. */
  override readonly name: string = "ManifestError";
  /** Everything that is wrong, in the order of the files. */
  readonly problems: readonly ManifestProblem[];

  /**
   * Makes an error.
   *
   * @param problems Everything that is wrong; at least one.
   * @param hint The next step for the user.
   */
  constructor(problems: readonly ManifestProblem[], hint?: string) {
    super(summaryOf(problems), {
      code: "manifest-invalid",
      kind: ErrorKind.USAGE,
      ...(hint === undefined ? {} : { hint }),
    });
    this.problems = problems;
  }
}

function summaryOf(problems: readonly ManifestProblem[]): string {
  const [first] = problems;
  if (problems.length === 1 && first !== undefined) {
    return `Cannot use the manifest: ${problemText(first)}`;
  }
  const rest = problems.length - MOST_SHOWN;
  const lines = problems.slice(0, MOST_SHOWN).map((problem) => `  ${problemText(problem)}`);
  const more = rest > 0 ? [`  and ${rest} more`] : [];
  return [`Cannot use the manifests: ${problems.length} problems:`, ...lines, ...more].join("\n");
}
