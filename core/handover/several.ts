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
import type { HandoverMessage, PlanMessage, RefusedMessage } from "./types.ts";

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

/** Why there is no object for one application, where the others do not depend on it. */
export interface KeyedRefusal {
  /** Name of the application. */
  readonly key: string;
  /** What was refused. */
  readonly refusal: Omit<RefusedMessage, "kind" | "argumentsDigest" | "phases">;
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
  plans: readonly (KeyedPlan | KeyedRefusal)[],
  { args, phases }: SeveralFacts,
): Promise<Uint8Array<ArrayBuffer>> {
  const messages: Uint8Array[] = [];
  for (const { key, ...plan } of plans) {
    const common = { argumentsDigest: await answerTo(args, key), phases };
    messages.push(
      await encodeHandover(
        "refusal" in plan
          ? { kind: "refused", ...common, ...plan.refusal }
          : { kind: "plan", ...common, ...plan },
      ),
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

/** Each message of several, once it is sure that there is one for each application. */
async function open(
  bytes: Uint8Array<ArrayBuffer>,
  args: readonly string[],
  keys: readonly string[],
): Promise<(HandoverMessage & { readonly key: string })[]> {
  const messages = await split(bytes);
  if (messages.length !== keys.length) {
    throw brokenPlan(`it brings ${messages.length} objects where ${keys.length} are wanted`);
  }
  const opened: (HandoverMessage & { readonly key: string })[] = [];
  for (const [at, key] of keys.entries()) {
    const message = messages[at] ?? new Uint8Array();
    opened.push({ key, ...await decodeHandover(message, await answerTo(args, key)) });
  }
  return opened;
}

/**
 * Reads several messages; some may be refused, and others not.
 *
 * @param bytes All of it, and nothing else.
 * @param args The arguments that they must be an answer to.
 * @param keys Names of the applications, in the order that is wanted: no other and none missing.
 * @throws {BpfmanError} `plan-broken`, for anything that does not fit.
 */
export async function decodeEach(
  bytes: Uint8Array<ArrayBuffer>,
  args: readonly string[],
  keys: readonly string[],
): Promise<readonly ((KeyedPlan | KeyedRefusal) & Pick<PlanMessage, "phases">)[]> {
  const messages = await open(bytes, args, keys);
  return messages.map((message) => {
    const { key, phases } = message;
    if (message.kind === "plan") {
      const { object, admission } = message;
      return { key, object, admission, phases };
    }
    const { exitCode, code, message: text, refused } = message;
    return { key, refusal: { exitCode, code, message: text, refused }, phases };
  });
}
