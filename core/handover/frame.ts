/**
 * The frame of a handed-over message: magic, lengths, header, blobs, seal. Every length has a limit
 * that is checked before anything is read by it.
 *
 * ```
 * 8  magic      "bpfplan1"
 * 4  length of the header, little endian
 * 4  length of the first blob
 * 4  length of the second blob
 *    header (JSON, UTF-8), first blob, second blob
 * 32 SHA-256 of everything before it
 * ```
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import { MAX_OBJECT_FILE } from "../program/object_file.ts";

/** Most bytes of a header; real ones have some two thousand. */
export const MAX_HEADER = 1024 * 1024;
/** Most bytes of an object. */
export const MAX_OBJECT: number = MAX_OBJECT_FILE;
/** Most bytes of a BTF; those of whole kernels have some five million. */
const MAX_BTF = 32 * 1024 * 1024;

const MAGIC = new TextEncoder().encode("bpfplan1");
const LENGTHS = 3;
const PREFIX = MAGIC.length + LENGTHS * 4;
/** Bytes of the seal. */
export const SEAL = 32;
const LIMITS = [MAX_HEADER, MAX_OBJECT, MAX_BTF] as const;

/** Most bytes of a whole message. */
export const MAX_MESSAGE: number = PREFIX + MAX_HEADER + MAX_OBJECT + MAX_BTF + SEAL;

/** What is in a frame. */
export interface Frame {
  readonly header: Uint8Array;
  readonly object: Uint8Array;
  readonly btf: Uint8Array;
}

/** The error for a message that is not as it was sealed. */
export function brokenPlan(why: string): BpfmanError {
  return new BpfmanError(`Cannot use the sealed plan: ${why}`, {
    code: "plan-broken",
    kind: ErrorKind.POLICY,
    hint: "Nothing was loaded; run the command again",
  });
}

/** SHA-256 of bytes. */
export async function digestOfBytes(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

function checkLengths(lengths: readonly number[]): void {
  for (const [at, length] of lengths.entries()) {
    const limit = LIMITS[at] ?? 0;
    if (length > limit) throw brokenPlan(`part ${at} has ${length} bytes: at most ${limit}`);
  }
}

/** Puts the parts into a frame and seals it. */
export async function sealFrame(frame: Frame): Promise<Uint8Array<ArrayBuffer>> {
  const parts = [frame.header, frame.object, frame.btf];
  const lengths = parts.map(({ length }) => length);
  checkLengths(lengths);
  const total = lengths.reduce((sum, length) => sum + length, PREFIX);
  const bytes = new Uint8Array(total + SEAL);
  bytes.set(MAGIC);
  const view = new DataView(bytes.buffer);
  let at = PREFIX;
  for (const [index, part] of parts.entries()) {
    view.setUint32(MAGIC.length + index * 4, part.length, true);
    bytes.set(part, at);
    at += part.length;
  }
  bytes.set(await digestOfBytes(bytes.subarray(0, total)), total);
  return bytes;
}

/** True for equal bytes. */
export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/**
 * Opens a frame whose seal holds. The parts are views of the bytes.
 *
 * @throws {BpfmanError} `plan-broken`, when a single bit is not as it was sealed.
 */
export async function openFrame(bytes: Uint8Array<ArrayBuffer>): Promise<Frame> {
  if (bytes.length === 0) throw brokenPlan("there is none");
  if (bytes.length < PREFIX + SEAL) throw brokenPlan("it ends in its first bytes");
  if (!isEqual(bytes.subarray(0, MAGIC.length), MAGIC)) throw brokenPlan("it is none");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lengths = Array.from(LIMITS, (_, at) => view.getUint32(MAGIC.length + at * 4, true));
  checkLengths(lengths);
  const ends = lengths.map((_, at) => lengths.slice(0, at + 1).reduce((a, b) => a + b, PREFIX));
  const [header = 0, object = 0, btf = 0] = ends;
  if (bytes.length !== btf + SEAL) {
    throw brokenPlan(`it has ${bytes.length} bytes where ${btf + SEAL} were sealed`);
  }
  if (!isEqual(await digestOfBytes(bytes.subarray(0, btf)), bytes.subarray(btf))) {
    throw brokenPlan("its seal does not fit its bytes");
  }
  return {
    header: bytes.subarray(PREFIX, header),
    object: bytes.subarray(header, object),
    btf: bytes.subarray(object, btf),
  };
}
