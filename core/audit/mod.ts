/**
 * The audit log: who tried to change what, in a chain of hashes.
 *
 * @module
 */
export { appendAttempt } from "./append.ts";
export { Attempt, type AttemptStart } from "./attempt.ts";
export { type AuditFilter, readEntries } from "./read.ts";
export { type AuditReport, type BadEntry, verifyLog, type VerifyOptions } from "./verify.ts";
export { whoAsks, type WhoSources } from "./who.ts";
export type * from "./types.ts";
