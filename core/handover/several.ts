/**
 * Several sealed messages in one: what a command brings that is about several applications. Each
 * is sealed by itself, as an answer to the arguments and the application's name.
 *
 * ```
 * 8  magic      "bpfplans"
 * 4  number of messages, little endian
 * 4  length of each message
 *    the messages
 * 32 SHA-256 of everything before it
 * ```
 *
 * @module
 */
import { decodeHandover } from "./decode.ts";
import { digestOfArguments } from "./digest.ts";
import { encodeHandover } from "./encode.ts";
import { brokenPlan, digestOfBytes, isEqual, MAX_MESSAGE, SEAL } from "./frame.ts";
import type { PlanMessage } from "./types.ts";

/** Most objects of one command. */
export const MAX_OBJECTS = 64;
/** Most bytes of all messages together. */
export const MAX_SEVERAL: number = 4 * MAX_MESSAGE;

const MAGIC = new TextEncoder().encode("bpfplans");
const PREFIX = MAGIC.length + 4;

/** An object with the application that it is for. */
export interface KeyedPlan extends Pick<PlanMessage, "object" | "admission"> {
  /** Name of the application. */
  readonly key: string;
}

/** What all messages have. */
export interface SeveralFacts extends Pick<PlanMessage, "phases"> {
  /** The arguments that the messages are an answer to. */
  readonly args: readonly string[];
}

/** `sha256:…` of the arguments together with an application's name. */
async function answerTo(args: readonly string[], key: string): Promise<string> {
  return await digestOfArguments([...args, `application ${key}`]);
}

function checkSize(count: number, bytes: number): void {
  if (count > MAX_OBJECTS) throw brokenPlan(`it has ${count} objects: at most ${MAX_OBJECTS}`);
  if (bytes > MAX_SEVERAL) throw brokenPlan(`it has ${bytes} bytes: at most ${MAX_SEVERAL}`);
}

/** True for bytes that begin as several messages do. */
export function areSeveral(bytes: Uint8Array): boolean {
  return isEqual(bytes.subarray(0, MAGIC.length), MAGIC);
}

/**
 * Seals several messages.
 *
 * @param plans In the order of the applications.
 * @param facts What all of them have.
 * @throws {BpfmanError} When there are more, or larger ones, than may be handed over.
 */
export async function encodeSeveral(
  plans: readonly KeyedPlan[],
  { args, phases }: SeveralFacts,
): Promise<Uint8Array<ArrayBuffer>> {
  const messages: Uint8Array[] = [];
  for (const { key, object, admission } of plans) {
    const argumentsDigest = await answerTo(args, key);
    messages.push(
      await encodeHandover({ kind: "plan", argumentsDigest, phases, object, admission }),
    );
  }
  const total = messages.reduce((sum, { length }) => sum + length, PREFIX + 4 * messages.length);
  checkSize(messages.length, total);
  const bytes = new Uint8Array(total + SEAL);
  bytes.set(MAGIC);
  const view = new DataView(bytes.buffer);
  view.setUint32(MAGIC.length, messages.length, true);
  let at = PREFIX + 4 * messages.length;
  for (const [index, message] of messages.entries()) {
    view.setUint32(PREFIX + 4 * index, message.length, true);
    bytes.set(message, at);
    at += message.length;
  }
  bytes.set(await digestOfBytes(bytes.subarray(0, total)), total);
  return bytes;
}

/** Splits into messages; believes nothing before the lengths fit and the seal holds. */
async function split(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>[]> {
  if (!areSeveral(bytes)) throw brokenPlan("it is none for several objects");
  if (bytes.length < PREFIX + SEAL) throw brokenPlan("it ends in its first bytes");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(MAGIC.length, true);
  checkSize(count, bytes.length);
  const first = PREFIX + 4 * count;
  if (bytes.length < first + SEAL) throw brokenPlan("it ends in its lengths");
  const lengths = Array.from({ length: count }, (_, at) => view.getUint32(PREFIX + 4 * at, true));
  const end = lengths.reduce((sum, length) => sum + length, first);
  if (bytes.length !== end + SEAL) {
    throw brokenPlan(`it has ${bytes.length} bytes where ${end + SEAL} were sealed`);
  }
  if (!isEqual(await digestOfBytes(bytes.subarray(0, end)), bytes.subarray(end))) {
    throw brokenPlan("its seal does not fit its bytes");
  }
  const begins = lengths.map((_, at) => lengths.slice(0, at).reduce((a, b) => a + b, first));
  return begins.map((begin, at) => bytes.subarray(begin, begin + (lengths[at] ?? 0)));
}

/**
 * Reads several messages.
 *
 * @param bytes All of it, and nothing else.
 * @param args The arguments that they must be an answer to.
 * @param keys Names of the applications, in the order that is wanted: no other and none missing.
 * @throws {BpfmanError} `plan-broken`, for anything that does not fit.
 */
export async function decodeSeveral(
  bytes: Uint8Array<ArrayBuffer>,
  args: readonly string[],
  keys: readonly string[],
): Promise<readonly (KeyedPlan & Pick<PlanMessage, "phases">)[]> {
  const messages = await split(bytes);
  if (messages.length !== keys.length) {
    throw brokenPlan(`it brings ${messages.length} objects where ${keys.length} are wanted`);
  }
  const plans: (KeyedPlan & Pick<PlanMessage, "phases">)[] = [];
  for (const [at, key] of keys.entries()) {
    const message = await decodeHandover(
      messages[at] ?? new Uint8Array(),
      await answerTo(args, key),
    );
    if (message.kind !== "plan") throw brokenPlan(`it refuses "${key}" alone`);
    const { object, admission, phases } = message;
    plans.push({ key, object, admission, phases });
  }
  return plans;
}
