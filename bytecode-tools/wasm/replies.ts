/**
 * The replies of a batch, each checked before it is used.
 *
 * @module
 */
import { type Check, integer, readAnswer, record } from "../inspector/answer_shape.ts";
import { InspectError } from "../inspector/inspect_error.ts";
import type { Call, Reply } from "./runner.ts";

/** Linux error numbers that libbpf gives for bad objects, in words. */
const REASONS: Readonly<Record<number, string>> = {
  2: "something that it names is missing",
  3: "a symbol that it needs is missing",
  7: "it is too large",
  12: "it needs too much memory",
  22: "it is malformed",
  95: "it uses something that libbpf does not support",
  4000: "libbpf cannot read its ELF structure",
  4001: "libbpf does not know its format",
  4003: "its byte order is unknown",
  4005: "a relocation in it is unknown",
};

interface OpenFailure {
  readonly error: number;
}

const OPEN_FAILURE: Check<OpenFailure> = record<OpenFailure>({ error: integer });

const WHAT: Readonly<Record<string, string>> = {
  btf_open: "open the BTF",
  btf_dump_c: "write C declarations",
  obj_open: "open the object",
  obj_module: "add a module's BTF",
  obj_core: "resolve the CO-RE relocations",
  obj_symbols: "find the kernel symbols",
  obj_kconfig: "apply the kernel configuration",
  obj_relocate: "link the programs",
  obj_min_btf: "make a minimal BTF",
};

function refusal(call: Call, reply: Reply): InspectError {
  const number = call.expect === "address"
    ? readAnswer(
      new TextEncoder().encode(`{${new TextDecoder().decode(reply.answer)}}`),
      OPEN_FAILURE,
    )
      .error
    : reply.value;
  const errno = Math.abs(number);
  const reason = lastLine(reply.log) ?? REASONS[errno] ?? `error ${errno}`;
  return new InspectError("refused", `Cannot ${WHAT[call.name] ?? call.name}: ${reason}`, {
    errno,
    log: reply.log,
  });
}

/** The last thing that libbpf said is the nearest to the cause. */
function lastLine(log: string): string | undefined {
  const line = log.trimEnd().split("\n").at(-1)?.replace(/^libbpf: /, "").replace(/\.$/, "");
  return line === "" ? undefined : line;
}

/** What became of a batch. */
export interface Outcome {
  /** The replies before the call that failed, or all. */
  readonly replies: readonly Reply[];
  /** Why a call failed, when one did. */
  readonly failure: InspectError | undefined;
}

/** Separates the good replies of a batch from the failure that may have ended it. */
export function outcomeOf(calls: readonly Call[], replies: readonly Reply[]): Outcome {
  const last = replies.at(-1);
  const call = calls[replies.length - 1];
  if (last === undefined || call === undefined) {
    throw new InspectError("bad-answer", "Cannot use the module's answer: there is none");
  }
  const isRefused = call.expect === "address" ? last.value === 0 : last.value < 0;
  if (call.expect !== undefined && isRefused) {
    return { replies: replies.slice(0, -1), failure: refusal(call, last) };
  }
  if (replies.length === calls.length) return { replies, failure: undefined };
  throw new InspectError("bad-answer", `Cannot use ${replies.length} answers of ${calls.length}`);
}

/**
 * The replies of a batch in which every call must succeed.
 *
 * @throws {InspectError} With the code `refused` for the call that failed.
 */
export function allReplies(calls: readonly Call[], replies: readonly Reply[]): readonly Reply[] {
  const { failure } = outcomeOf(calls, replies);
  if (failure !== undefined) throw failure;
  return replies;
}

/** The failure behind a negative result of `obj_kconfig`, which answers all the same. */
export function kconfigRefusal(reply: Reply): InspectError {
  return refusal({ name: "obj_kconfig", args: [] }, reply);
}

/** The reply at a place of a batch. */
export function replyAt(replies: readonly Reply[], index: number): Reply {
  const reply = replies[index];
  if (reply !== undefined) return reply;
  throw new InspectError(
    "bad-answer",
    `Cannot use the module's answer: number ${index} is missing`,
  );
}
