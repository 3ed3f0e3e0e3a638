/**
 * How findings are made.
 *
 * @module
 */
import { DEFAULT_RUNTIME_DIRECTORY } from "../layout.ts";
import type { Machine } from "../machine.ts";
import type { FindingCode, StatusFinding } from "../types.ts";

/** The command that mends most. */
export const MEND = "bpfman repair";

/** The command that makes rows anew. */
export const REBUILD = "bpfman repair --rebuild-store";

/** A finding whose command works on the runtime directory that it is of. */
export function withPlace({ layout: { root } }: Machine, finding: StatusFinding): StatusFinding {
  const { mend } = finding;
  const isUsual = root === DEFAULT_RUNTIME_DIRECTORY || mend === null ||
    !mend.startsWith("bpfman ");
  return isUsual ? finding : { ...finding, mend: `${mend} --runtime-dir ${root}` };
}

/** Something that is not as it should be. */
export function drift(
  code: FindingCode,
  said: Pick<StatusFinding, "subject" | "message" | "mend">,
): StatusFinding {
  return { code, severity: "drift", ...said };
}

/** Something worth knowing, while all is well. */
export function note(
  code: FindingCode,
  said: Pick<StatusFinding, "subject" | "message" | "mend">,
): StatusFinding {
  return { code, severity: "note", ...said };
}
