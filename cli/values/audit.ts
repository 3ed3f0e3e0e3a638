/**
 * Readers of what is said about the audit log.
 *
 * @module
 */
import { AUDIT_RESULTS, type AuditResult, type ChainPoint } from "../../core/audit/types.ts";
import { readDuration } from "./duration.ts";
import { ValueProblem } from "./problem.ts";

const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;
const POINT = /^([1-9]\d{0,14}):([0-9a-fA-F]{64})$/;

/** Reads a day or time in RFC 3339, or how long ago. */
export function readInstant(input: string): Date {
  if (INSTANT.test(input)) {
    const instant = new Date(input);
    if (!Number.isNaN(instant.getTime())) return instant;
  } else if (/^[\d.]+[a-z]/.test(input)) {
    return new Date(Date.now() - readDuration(input));
  }
  throw new ValueProblem("must be a time such as 2026-03-01, 2026-03-01T10:00:00Z, or 90m for ago");
}

/** Reads how an attempt ended. */
export function readAuditResult(input: string): AuditResult {
  const found = AUDIT_RESULTS.find((result) => result === input.toLowerCase());
  if (found !== undefined) return found;
  throw new ValueProblem(`must be one of ${AUDIT_RESULTS.join(", ")}`);
}

/** Reads a point of the chain as `audit head` prints it. */
export function readChainPoint(input: string): ChainPoint {
  const [, sequence, hash] = POINT.exec(input) ?? [];
  if (sequence !== undefined && hash !== undefined) {
    return { sequence: Number(sequence), hash: hash.toLowerCase() };
  }
  throw new ValueProblem('must be a number, a colon and 64 hex digits, as "audit head" prints it');
}
