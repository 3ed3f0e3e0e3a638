/**
 * Failures as text for people and as JSON for programs. Never a stack trace, unless BPFMAN_DEBUG=1
 * asks for one.
 *
 * @module
 */
import { afterColon, BatchError, BpfmanError, ErrorKind } from "../core/errors.ts";
import { decisiveLine } from "../core/kernel_errors.ts";
import { EXIT_CODES } from "./exit_codes.ts";
import { PLAIN_STYLE, type Style } from "./output/style.ts";
import { BatchFailure } from "./run/each.ts";
import type { FailureJson } from "./schema/host.ts";

/** How a failure is shown. */
export interface ReportOptions {
  readonly format: "text" | "json";
  /** Show the chain of causes one by one. @default false */
  readonly isVerbose?: boolean;
  /** Show stacks. @default false */
  readonly isDebug?: boolean;
  /** @default plain */
  readonly style?: Style;
  /** Usage lines, shown after a usage error. */
  readonly usage?: string;
}

/** Errors from the outermost to the innermost; a cycle ends the chain. */
function chainOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  let current = error;
  while (current !== undefined && current !== null && !chain.includes(current)) {
    chain.push(current);
    current = current instanceof Error ? current.cause : undefined;
  }
  return chain;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

/** Messages of the whole chain; what an outer message already says is not said twice. */
export function joinedMessage(error: unknown): string {
  const parts: string[] = [];
  for (const message of chainOf(error).map(messageOf)) {
    const inner = afterColon(message);
    if (!parts.some((part) => part.includes(message) || part.includes(inner))) parts.push(message);
  }
  return parts.join(": ");
}

/** First value that an error of the chain has. */
function firstOf<T>(error: unknown, read: (error: BpfmanError) => T | undefined): T | undefined {
  for (const item of chainOf(error)) {
    const value = item instanceof BpfmanError ? read(item) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

function isNotCapable(error: unknown): boolean {
  return chainOf(error).some((item) => item instanceof Deno.errors.NotCapable);
}

function hintOf(error: unknown): string | undefined {
  const hint = firstOf(error, (item) => item.hint);
  if (hint !== undefined || !isNotCapable(error)) return hint;
  return "Run with the permission set of the command (see docs/cli.md), or with -A";
}

/** Stable word of a failure. */
export function codeOf(error: unknown): string {
  return firstOf(error, (item) => item.code) ??
    (isNotCapable(error) ? "permission-denied" : "unexpected");
}

/** The family of a failure: that of the outermost error of ours. */
export function kindOf(error: unknown): ErrorKind {
  return firstOf(error, (item) => item.kind) ?? ErrorKind.OTHER;
}

/** Exit code of a failure. */
export function exitCodeOf(error: unknown): number {
  return EXIT_CODES[kindOf(error)];
}

/** The whole verifier log, and then the line that matters unless the rest will say it. */
function logLines(error: unknown, rest: string): string[] {
  const log = firstOf(error, (item) => item.log);
  if (log === undefined) return [];
  const line = decisiveLine(log);
  return [log.trimEnd(), ...(rest.includes(line) ? [] : [`bpfman: verifier: ${line}`])];
}

function batchLines(error: unknown): string[] {
  if (!(error instanceof BatchError)) return [];
  const noun = error instanceof BatchFailure ? error.noun : "id";
  return error.failures.map(({ id, error }) => {
    const message = joinedMessage(error);
    // such as "Program 7 does not exist"
    const isNamed = message.split(" ", 2)[1] === String(id) || message.includes(`"${id}"`);
    return isNamed ? message : `${noun} ${id}: ${afterColon(message)}`;
  });
}

function causeLines(error: unknown): string[] {
  return chainOf(error).slice(1).map((cause) =>
    `Caused by: ${cause instanceof Error ? `${cause.name}: ` : ""}${messageOf(cause)}`
  );
}

function stackLines(error: unknown): string[] {
  return chainOf(error).flatMap((item) => item instanceof Error ? item.stack ?? [] : []);
}

function textReport(error: unknown, options: ReportOptions): string {
  const message = joinedMessage(error);
  const hint = hintOf(error);
  const isUsage = kindOf(error) === ErrorKind.USAGE;
  const style = options.style ?? PLAIN_STYLE;
  return [
    ...logLines(error, `${message}\n${hint ?? ""}`),
    ...batchLines(error),
    `${style.bad("bpfman: error:")} ${message}`,
    ...(hint === undefined ? [] : [`${style.header("hint:")} ${hint}`]),
    ...(options.isVerbose ? causeLines(error) : []),
    ...(options.isDebug ? stackLines(error) : []),
    ...(isUsage && options.usage !== undefined ? [options.usage.trimEnd()] : []),
    "",
  ].join("\n");
}

/** One failure as an object. */
interface JsonFailure {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly hint: string | null;
}

function jsonFailure(error: unknown): JsonFailure {
  return {
    code: codeOf(error),
    kind: kindOf(error),
    message: joinedMessage(error),
    hint: hintOf(error) ?? null,
  };
}

function jsonReport(error: unknown, options: ReportOptions): string {
  const log = firstOf(error, (item) => item.log);
  const failures = error instanceof BatchError
    ? error.failures.map((failure) => ({ id: failure.id, ...jsonFailure(failure.error) }))
    : undefined;
  const body: FailureJson["error"] = {
    ...jsonFailure(error),
    ...(log === undefined ? {} : { log }),
    ...(failures === undefined ? {} : { failures }),
    ...(options.isVerbose ? { causes: chainOf(error).slice(1).map(messageOf) } : {}),
    ...(options.isDebug ? { stack: stackLines(error) } : {}),
  };
  return `${JSON.stringify({ error: body }, null, 2)}\n`;
}

/** The text for standard error. */
export function reportError(error: unknown, options: ReportOptions): string {
  return options.format === "json" ? jsonReport(error, options) : textReport(error, options);
}
