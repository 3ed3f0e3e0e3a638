/**
 * Packets for test vectors.
 *
 * @module
 */

/** Least length of a frame on Ethernet, without its checksum. */
const FRAME_LENGTH = 60;
const IP_AT = 14;
const UDP_AT = 34;
const UDP_LENGTH = FRAME_LENGTH - UDP_AT;

/** The checksum of an IPv4 header (RFC 791). */
function headerChecksum(header: DataView): number {
  let sum = 0;
  for (let at = 0; at < header.byteLength; at += 2) sum += header.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/**
 * A frame with a UDP datagram over IPv4, between addresses that are kept for documentation
 * (RFC 5737), with locally administered hardware addresses.
 *
 * @param port Port that it goes to.
 */
export function udpPacket(port: number): Uint8Array {
  const frame = new Uint8Array(FRAME_LENGTH);
  const view = new DataView(frame.buffer);
  frame.set([0x02, 0, 0, 0, 0, 2, 0x02, 0, 0, 0, 0, 1, 0x08, 0x00]);
  frame.set([0x45, 0, 0, FRAME_LENGTH - IP_AT, 0, 0, 0x40, 0, 64, 17], IP_AT);
  frame.set([192, 0, 2, 1, 192, 0, 2, 2], IP_AT + 12);
  view.setUint16(IP_AT + 10, headerChecksum(new DataView(frame.buffer, IP_AT, UDP_AT - IP_AT)));
  view.setUint16(UDP_AT, 40_000);
  view.setUint16(UDP_AT + 2, port);
  view.setUint16(UDP_AT + 4, UDP_LENGTH);
  return frame;
}
