/**
 * Asks the kernel which programs run on an interface, with bpf(2) alone (BPF_PROG_QUERY).
 *
 * @module
 */
import { syscall } from "../../ffi/libc.ts";
import { NativeMemory, readMemory, Struct } from "../../ffi/memory.ts";
import { network } from "../../ffi/network.ts";
import type { WireEnd } from "./netns.ts";

const PROG_QUERY = 16n;
const ATTACH_TYPE = { ingress: 46, egress: 47 } as const;
const ROOM = 16;

/** Program ids on a hook, in the order in which they run. */
export function queryPrograms(end: WireEnd, side: keyof typeof ATTACH_TYPE): number[] {
  return network.within(end.netns, () => {
    using memory = new NativeMemory();
    const list = memory.allocate(ROOM * 4);
    // union bpf_attr: target_ifindex, attach_type, query_flags, attach_flags, prog_ids, count
    const attr = new Struct(64).u32(0, network.indexOf(end.interface)).u32(4, ATTACH_TYPE[side])
      .u64(16, list).u32(24, ROOM);
    const address = attr.in(memory);
    const result = syscall("bpf", PROG_QUERY, address, BigInt(attr.size));
    if (result < 0) throw new Error(`Cannot query "${end.interface}": errno ${-result}`);
    const count = new DataView(readMemory(address + 24n, 4).buffer).getUint32(0, true);
    return [...new Uint32Array(readMemory(list, count * 4).buffer)];
  });
}
