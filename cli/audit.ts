/**
 * Writes every attempt to change something to the audit log, whatever comes of it.
 *
 * @module
 */
import type { Attempt } from "../core/audit/attempt.ts";
import type { RefusedLoad } from "../core/admission/types.ts";
import type { AuditAttempt, AuditPlace, AuditResult } from "../core/audit/types.ts";
import { ErrorKind } from "../core/errors.ts";
import type { CommandSpec } from "./command.ts";
import { importLater } from "./commands/run_later.ts";
import type { CommandContext, GlobalSettings, Host } from "./context.ts";
import { auditPlace } from "./audit_place.ts";
import { PERMISSION_SETS } from "./permissions.ts";
import { spokenName } from "./route.ts";

/** A command that is about to run. */
export interface AuditedCommand {
  readonly command: CommandSpec;
  /** Its arguments as they were typed, of which the log keeps the digest. */
  readonly args: readonly string[];
  readonly host: Host;
  readonly settings: GlobalSettings;
  /** How long each capability was in effect so far. @default nobody measures */
  readonly held?: () => Parameters<Attempt["held"]>[0];
}

/** Writes an attempt; comes from the host, so that tests can do without a log. */
export type AuditWriter = (place: AuditPlace, attempt: AuditAttempt) => Promise<unknown>;

/** The log as one command writes it. */
class CommandLog {
  readonly #write: AuditWriter;
  readonly #place: AuditPlace;
  readonly #attempt: Attempt;
  readonly #err: (text: string) => void;
  readonly #held: AuditedCommand["held"];

  constructor(writer: AuditWriter, { host, settings, held }: AuditedCommand, attempt: Attempt) {
    this.#held = held;
    this.#write = writer;
    this.#place = auditPlace(settings);
    this.#attempt = attempt;
    this.#err = (text) => host.terminal.err(text);
  }

  /** Writes before anything is changed; throws where the log cannot be written. */
  async begin(): Promise<void> {
    await this.#write(this.#place, await this.#attempt.record("begun"));
  }

  /** Writes what came of it. What was done stays done, so a failure is only told. */
  async end(result: AuditResult, code: string | null, isTold = true): Promise<void> {
    if (this.#held !== undefined) this.#attempt.held(this.#held());
    try {
      await this.#write(this.#place, await this.#attempt.record(result, code));
    } catch (error) {
      if (!isTold) return;
      const { joinedMessage } = await reporting();
      this.#err(`bpfman: warning: ${joinedMessage(error)}\n`);
    }
  }
}

/** Only a failure needs this. */
function reporting(): Promise<typeof import("./report_error.ts")> {
  return importLater("../report_error.ts");
}

async function openAttempt({ command, args, host }: AuditedCommand): Promise<Attempt> {
  const { Attempt } = await importLater<typeof import("../core/audit/attempt.ts")>(
    "../../core/audit/attempt.ts",
  );
  const { whoAsks } = await importLater<typeof import("../core/audit/who.ts")>(
    "../../core/audit/who.ts",
  );
  const { files } = await host.openKernel();
  const who = whoAsks({ readText: (path) => files.readText(path), env: (name) => host.env(name) });
  return new Attempt({ verb: spokenName(command), args, who });
}

function isAudited({ command, host }: AuditedCommand): boolean {
  return host.audit !== undefined && PERMISSION_SETS[command.permissions].isChange;
}

/** Notes what an error says of the object that it is about. */
async function noteRefusal(attempt: Attempt, error: unknown): Promise<void> {
  // named by a value: most commands need it not
  const path = "./audit_refusal.ts";
  const { refusedOf }: typeof import("./audit_refusal.ts") = await import(path);
  const refused = refusedOf(error);
  if (refused !== null) attempt.judged(refused);
}

/** What a failure was: refused by policy or signature, or anything else. */
async function failureOf(error: unknown): Promise<[AuditResult, string]> {
  const { codeOf, kindOf } = await reporting();
  return [kindOf(error) === ErrorKind.POLICY ? "refused" : "failed", codeOf(error)];
}

/**
 * Runs a command and writes what came of it to the audit log.
 *
 * @param audited The command.
 * @param context Its world.
 * @param work The command's work; the world it gets notes what is loaded and attached.
 * @throws {BpfmanError} What the work throws; `audit-unwritable` before the work, where the
 * configuration demands an entry and it cannot be written.
 */
export async function withAudit<C extends CommandContext, T>(
  audited: AuditedCommand,
  context: C,
  work: (context: C) => Promise<T>,
): Promise<T> {
  const { audit: write } = audited.host;
  if (write === undefined || !isAudited(audited)) return await work(context);
  const attempt = await openAttempt(audited);
  const log = new CommandLog(write, audited, attempt);
  if (audited.settings.audit?.isRequired === true) await log.begin();
  const { observeContext } = await importLater<typeof import("./audit_notes.ts")>(
    "../audit_notes.ts",
  );
  try {
    const result = await work(observeContext(context, attempt));
    await log.end("done", null);
    return result;
  } catch (error) {
    const [result, code] = await failureOf(error);
    await noteRefusal(attempt, error);
    await log.end(result, code);
    throw error;
  }
}

/** A failure that another process met, and told the user of. */
export interface ForeignFailure {
  readonly exitCode: number;
  /** Code of the error. */
  readonly code: string;
  /** What was refused. @default nobody knows */
  readonly refused?: RefusedLoad | null;
}

/** Writes down what is known of an attempt. */
type Note = (attempt: Attempt, code: string) => void;

/** How a failure is written. */
export interface FailureOptions {
  /** Writes down what is known besides. @default nothing is */
  readonly note?: Note;
  /** Whether the user is told that the log cannot be written. @default true */
  readonly isTold?: boolean;
}

/** Exit code of a refusal by policy or signature. */
const EXIT_REFUSED = 4;

/**
 * Writes to the audit log that a command ended before its work began, in another process.
 *
 * @param audited The command.
 * @param failure What the other process met.
 * @param options What is known besides, and whether the user hears of a log that cannot be written.
 */
export async function auditFailure(
  audited: AuditedCommand,
  failure: ForeignFailure,
  { note = () => {}, isTold = true }: FailureOptions = {},
): Promise<void> {
  const { audit: write } = audited.host;
  if (write === undefined || !isAudited(audited)) return;
  const attempt = await openAttempt(audited);
  note(attempt, failure.code);
  if (failure.refused !== undefined && failure.refused !== null) attempt.judged(failure.refused);
  const result = failure.exitCode === EXIT_REFUSED ? "refused" : "failed";
  await new CommandLog(write, audited, attempt).end(result, failure.code, isTold);
}

/**
 * Does what comes before a command's work, and writes to the audit log when that fails.
 *
 * @param audited The command.
 * @param before What comes before.
 * @param options What is known besides the error, and whether the user hears of a log that cannot be
 * written.
 */
export async function auditingFailure<T>(
  audited: AuditedCommand,
  before: () => Promise<T>,
  options: FailureOptions = {},
): Promise<T> {
  try {
    return await before();
  } catch (error) {
    const path = "./audit_refusal.ts";
    const { refusedOf }: typeof import("./audit_refusal.ts") = await import(path);
    const { codeOf, exitCodeOf } = await reporting();
    const failure = { exitCode: exitCodeOf(error), code: codeOf(error) };
    await auditFailure(audited, { ...failure, refused: refusedOf(error) }, options);
    throw error;
  }
}
