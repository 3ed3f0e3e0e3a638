/**
 * Route netlink in a few lines: one request, its answers, attributes both ways. A socket belongs
 * to the network namespace in which this thread is when the request is made.
 *
 * @module
 */
import { SyscallError } from "./errno.ts";
import { Fd } from "./fd.ts";
import { check, syscall } from "./libc.ts";
import { NativeMemory, readMemory } from "./memory.ts";

const AF_NETLINK = 16n;
const SOCK_RAW_CLOEXEC = 3n | 0o2000000n;
const NETLINK_ROUTE = 0n;
const HEADER_SIZE = 16;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
/** The bits of an attribute's type that are flags. */
const TYPE_MASK = 0x3fff;
/** Room for one datagram of answers; the kernel fills at most 32 KiB. */
const ROOM = 64 * 1024;

/** Flags of a request (uapi/linux/netlink.h). */
export const NetlinkFlag = { REQUEST: 1, ACK: 4, DUMP: 0x300, EXCL: 0x200, CREATE: 0x400 } as const;

/** A request. */
export interface NetlinkRequest {
  /** Name for messages, such as `RTM_NEWQDISC`. */
  readonly name: string;
  /** Number of the message type. */
  readonly type: number;
  /** Flags besides REQUEST; ACK is added where there is no DUMP. */
  readonly flags?: number;
  /** The fixed part and the attributes. */
  readonly body: Uint8Array;
}

function align(size: number): number {
  return (size + 3) & ~3;
}

/** One attribute: length, type, data, padding. */
export function attribute(type: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(align(4 + data.length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 4 + data.length, true);
  view.setUint16(2, type, true);
  bytes.set(data, 4);
  return bytes;
}

/** An attribute that holds a number of 32 bits. */
export function numberAttribute(type: number, value: number): Uint8Array {
  return attribute(type, new Uint8Array(Uint32Array.of(value).buffer));
}

/** An attribute that holds a C string. */
export function textAttribute(type: number, text: string): Uint8Array {
  return attribute(type, new TextEncoder().encode(`${text}\0`));
}

/** Joins parts of a message. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Attributes of a message by type; of several with one type the last counts. */
export function readAttributes(bytes: Uint8Array): Map<number, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<number, Uint8Array>();
  for (let at = 0; at + 4 <= bytes.length;) {
    const length = view.getUint16(at, true);
    if (length < 4) break;
    found.set(view.getUint16(at + 2, true) & TYPE_MASK, bytes.subarray(at + 4, at + length));
    at += align(length);
  }
  return found;
}

/** Number of 32 bits of an attribute, 0 when there is none. */
export function attributeNumber(data: Uint8Array | undefined): number {
  if (data === undefined || data.length < 4) return 0;
  return new DataView(data.buffer, data.byteOffset, 4).getUint32(0, true);
}

function message(request: NetlinkRequest): Uint8Array {
  const { flags = 0, type, body } = request;
  const bytes = new Uint8Array(HEADER_SIZE + body.length);
  const view = new DataView(bytes.buffer);
  const ack = (flags & NetlinkFlag.DUMP) === NetlinkFlag.DUMP ? 0 : NetlinkFlag.ACK;
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, NetlinkFlag.REQUEST | ack | flags, true);
  view.setUint32(8, 1, true);
  bytes.set(body, HEADER_SIZE);
  return bytes;
}

/** Takes one datagram apart; true when it ends the answer. */
function takeApart(datagram: Uint8Array, name: string, answers: Uint8Array[]): boolean {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  for (let at = 0; at + HEADER_SIZE <= datagram.length;) {
    const length = view.getUint32(at, true);
    const type = view.getUint16(at + 4, true);
    if (length < HEADER_SIZE) break;
    if (type === NLMSG_DONE) return true;
    if (type === NLMSG_ERROR) {
      const errno = -view.getInt32(at + HEADER_SIZE, true);
      if (errno !== 0) throw new SyscallError(`rtnetlink(${name})`, errno);
      return true;
    }
    answers.push(datagram.slice(at + HEADER_SIZE, at + length));
    at += align(length);
  }
  return false;
}

/**
 * Sends a request and collects its answers.
 *
 * @param request The request.
 * @returns Bodies of the answers.
 * @throws {SyscallError} When the kernel refuses.
 */
export function netlink(request: NetlinkRequest): Uint8Array[] {
  using socket = new Fd("socket", syscall("socket", AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE));
  using memory = new NativeMemory();
  const bytes = message(request);
  const fd = BigInt(socket.raw);
  check("sendto", syscall("sendto", fd, memory.bytes(bytes), BigInt(bytes.length)), request.name);
  const buffer = memory.reserve(ROOM);
  const answers: Uint8Array[] = [];
  for (;;) {
    const n = check("recvfrom", syscall("recvfrom", fd, buffer, BigInt(ROOM)), request.name);
    if (takeApart(readMemory(buffer, n), request.name, answers)) return answers;
  }
}
