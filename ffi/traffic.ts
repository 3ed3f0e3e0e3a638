/**
 * clsact, `cls_bpf` and the XDP program of an interface through route netlink: no libbpf is needed,
 * and nothing prints to standard error.
 *
 * @module
 */
import { SyscallError } from "./errno.ts";
import { textOf } from "./memory.ts";
import {
  attribute,
  attributeNumber,
  join,
  netlink,
  NetlinkFlag,
  numberAttribute,
  readAttributes,
  textAttribute,
} from "./netlink.ts";
import type {
  FilterPlace,
  IngressQdisc,
  InterfaceXdp,
  TrafficControl,
  TrafficDirection,
  TrafficFilter,
} from "./traffic_types.ts";

/** Message types (uapi/linux/rtnetlink.h). */
const Rtm = {
  GETLINK: 18,
  NEWQDISC: 36,
  DELQDISC: 37,
  GETQDISC: 38,
  NEWTFILTER: 44,
  DELTFILTER: 45,
  GETTFILTER: 46,
} as const;

const TCA_KIND = 1;
const TCA_OPTIONS = 2;
/** Attributes of cls_bpf (uapi/linux/pkt_cls.h). */
const TcaBpf = { FD: 6, NAME: 7, FLAGS: 8, ID: 11 } as const;
const TCA_BPF_FLAG_ACT_DIRECT = 1;

/** Parent of ingress and clsact, and the handle under which clsact is made. */
const INGRESS_SLOT = 0xfffffff1;
const CLSACT_HANDLE = 0xffff0000;
/** Parents of the filters of a clsact. */
const HOOK: Readonly<Record<TrafficDirection, number>> = {
  ingress: 0xfffffff2,
  egress: 0xfffffff3,
};
/** ETH_P_ALL in network byte order. */
const EVERY_PROTOCOL = 0x0300;
const MESSAGE_SIZE = 20;

const IFLA_XDP = 43;
const IFLA_XDP_ATTACHED = 2;
const IFLA_XDP_PROG_ID = 4;
const LINK_MESSAGE_SIZE = 16;
const XDP_MODES = [null, "native", "generic", "offload", "several"] as const;

const ENOENT = 2;
const EEXIST = 17;
const EINVAL = 22;

/** struct tcmsg. */
interface TrafficMessage {
  readonly ifindex: number;
  readonly handle?: number;
  readonly parent?: number;
  readonly info?: number;
}

function trafficMessage({ ifindex, handle = 0, parent = 0, info = 0 }: TrafficMessage): Uint8Array {
  const bytes = new Uint8Array(MESSAGE_SIZE);
  const view = new DataView(bytes.buffer);
  view.setInt32(4, ifindex, true);
  view.setUint32(8, handle, true);
  view.setUint32(12, parent, true);
  view.setUint32(16, info, true);
  return bytes;
}

interface TrafficAnswer extends Required<TrafficMessage> {
  readonly kind: string;
  readonly options: ReadonlyMap<number, Uint8Array>;
}

function readAnswer(bytes: Uint8Array): TrafficAnswer {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const attributes = readAttributes(bytes.subarray(MESSAGE_SIZE));
  return {
    ifindex: view.getInt32(4, true),
    handle: view.getUint32(8, true),
    parent: view.getUint32(12, true),
    info: view.getUint32(16, true),
    kind: textOf(attributes.get(TCA_KIND) ?? new Uint8Array()),
    options: readAttributes(attributes.get(TCA_OPTIONS) ?? new Uint8Array()),
  };
}

function ingressQdisc(ifindex: number): IngressQdisc | null {
  const answers = netlink({
    name: "RTM_GETQDISC",
    type: Rtm.GETQDISC,
    flags: NetlinkFlag.DUMP,
    body: trafficMessage({ ifindex }),
  });
  const found = answers.map(readAnswer)
    .find((answer) => answer.ifindex === ifindex && answer.parent === INGRESS_SLOT);
  return found === undefined ? null : { kind: found.kind };
}

function addClsact(ifindex: number): void {
  try {
    netlink({
      name: "RTM_NEWQDISC clsact",
      type: Rtm.NEWQDISC,
      flags: NetlinkFlag.CREATE | NetlinkFlag.EXCL,
      body: join(
        trafficMessage({ ifindex, handle: CLSACT_HANDLE, parent: INGRESS_SLOT }),
        textAttribute(TCA_KIND, "clsact"),
      ),
    });
  } catch (error) {
    if (!(error instanceof SyscallError) || error.errno !== EEXIST) throw error;
  }
}

function removeClsact(ifindex: number): boolean {
  try {
    const place = { ifindex, handle: CLSACT_HANDLE, parent: INGRESS_SLOT };
    netlink({
      name: "RTM_DELQDISC clsact",
      type: Rtm.DELQDISC,
      body: join(trafficMessage(place), textAttribute(TCA_KIND, "clsact")),
    });
    return true;
  } catch (error) {
    if (error instanceof SyscallError && [ENOENT, EINVAL].includes(error.errno)) return false;
    throw error;
  }
}

function filters(ifindex: number, direction: TrafficDirection): TrafficFilter[] {
  let answers: Uint8Array[];
  try {
    answers = netlink({
      name: "RTM_GETTFILTER",
      type: Rtm.GETTFILTER,
      flags: NetlinkFlag.DUMP,
      body: trafficMessage({ ifindex, parent: HOOK[direction] }),
    });
  } catch (error) {
    // without a clsact there is no such parent
    if (error instanceof SyscallError && [ENOENT, EINVAL].includes(error.errno)) return [];
    throw error;
  }
  // every preference comes once without a handle, ahead of its filters
  return answers.map(readAnswer)
    .filter((answer) => answer.handle !== 0 && answer.ifindex === ifindex)
    .map(({ kind, info, handle, options }) => ({
      kind,
      priority: info >>> 16,
      handle,
      programId: kind === "bpf" ? attributeNumber(options.get(TcaBpf.ID)) : 0,
    }));
}

function filterMessage({ ifindex, direction, priority, handle }: FilterPlace): Uint8Array {
  const info = (priority * 0x10000 + EVERY_PROTOCOL) >>> 0;
  return join(
    trafficMessage({ ifindex, handle, parent: HOOK[direction], info }),
    textAttribute(TCA_KIND, "bpf"),
  );
}

/** Makes a filter (with flags), or changes the one that is there (without). */
function putFilter(
  place: FilterPlace,
  { programFd, name, flags }: { programFd: number; name: string; flags: number },
): void {
  const options = join(
    numberAttribute(TcaBpf.FD, programFd),
    textAttribute(TcaBpf.NAME, name),
    numberAttribute(TcaBpf.FLAGS, TCA_BPF_FLAG_ACT_DIRECT),
  );
  netlink({
    name: "RTM_NEWTFILTER",
    type: Rtm.NEWTFILTER,
    flags,
    body: join(filterMessage(place), attribute(TCA_OPTIONS, options)),
  });
}

function addFilter(place: FilterPlace, programFd: number, name: string): void {
  putFilter(place, { programFd, name, flags: NetlinkFlag.CREATE | NetlinkFlag.EXCL });
}

function replaceFilter(place: FilterPlace, programFd: number, name: string): void {
  putFilter(place, { programFd, name, flags: 0 });
}

function deleteFilter(place: FilterPlace): boolean {
  try {
    netlink({ name: "RTM_DELTFILTER", type: Rtm.DELTFILTER, body: filterMessage(place) });
    return true;
  } catch (error) {
    if (error instanceof SyscallError && [ENOENT, EINVAL].includes(error.errno)) return false;
    throw error;
  }
}

function xdp(ifindex: number): InterfaceXdp | null {
  const body = new Uint8Array(LINK_MESSAGE_SIZE);
  new DataView(body.buffer).setInt32(4, ifindex, true);
  const [answer] = netlink({ name: "RTM_GETLINK", type: Rtm.GETLINK, body });
  if (answer === undefined) return null;
  const nested = readAttributes(answer.subarray(LINK_MESSAGE_SIZE)).get(IFLA_XDP);
  const attributes = readAttributes(nested ?? new Uint8Array());
  const mode = XDP_MODES[attributes.get(IFLA_XDP_ATTACHED)?.[0] ?? 0] ?? null;
  if (mode === null) return null;
  return { mode, programId: attributeNumber(attributes.get(IFLA_XDP_PROG_ID)) };
}

/** Traffic control as the seam wants it. */
export const traffic: TrafficControl = {
  ingressQdisc,
  addClsact,
  filters,
  addFilter,
  replaceFilter,
  removeClsact,
  deleteFilter,
  xdp,
};
