/**
 * How checks are made.
 *
 * @module
 */
import type { Check, CheckGroup, CheckState } from "./types.ts";

/** What was found, and what should be there. */
export interface Finding {
  readonly state: CheckState;
  readonly found: string;
  readonly wanted?: string | undefined;
  readonly hint?: string | undefined;
}

/** Makes checks of one group. */
export function checksOf(
  group: CheckGroup,
): (name: string, title: string, finding: Finding) => Check {
  return (name, title, { state, found, wanted, hint }) => ({
    id: `${group}.${name}`,
    group,
    title,
    state,
    found,
    wanted: wanted ?? null,
    hint: hint ?? null,
  });
}

/** All is well. */
export function fine(found: string): Finding {
  return { state: "ok", found };
}

/** It does not matter here. */
export function aside(found: string): Finding {
  return { state: "not-applicable", found };
}

/** Something is missing; `hint` says what to do. */
export function warn(found: string, wanted: string, hint?: string): Finding {
  return { state: "warning", found, wanted, hint };
}

/** Bpfman cannot do its work. */
export function bad(found: string, wanted: string, hint?: string): Finding {
  return { state: "problem", found, wanted, hint };
}

/** It could not be found out. */
export function open(found: string, hint?: string): Finding {
  return { state: "unknown", found, hint };
}

/** True when a release is at least a version such as `6.6`. */
export function isAtLeast(release: string, version: string): boolean {
  const [major = 0, minor = 0] = release.split(/[.-]/).map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = version.split(".").map(Number);
  return major !== wantedMajor ? major > wantedMajor : minor >= wantedMinor;
}
