/**
 * Names of objects as `-o name` prints them.
 *
 * @module
 */
import type { DispatcherKey, StatusFinding } from "../../core/types.ts";

/** The name of a program. */
export function programName(id: number): string {
  return `program/${id}`;
}

/** The name of a link. */
export function linkName(id: number): string {
  return `link/${id}`;
}

/** The name of a hook with a chain. */
export function dispatcherName({ type, nsid, ifindex }: DispatcherKey): string {
  return `dispatcher/${type}/${nsid}/${ifindex}`;
}

/** What findings are about, each once. */
export function subjectNames(findings: readonly StatusFinding[]): string[] {
  return [...new Set(findings.map(({ subject }) => subject.replace(" ", "/")))];
}
