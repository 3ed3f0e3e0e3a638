/**
 * What the kernel says of its programs, maps and links, as plain data.
 *
 * @module
 */

/** What the kernel says of a program (`struct bpf_prog_info`). */
export interface ProgramInfo {
  /** Id of the program. */
  readonly id: number;
  /** `enum bpf_prog_type`. */
  readonly type: number;
  /** First 15 characters of the function's name. */
  readonly name: string;
  /** Hex, 16 digits. */
  readonly tag: string;
  /** Bytes of machine code, 0 when not compiled. */
  readonly jitedSize: number;
  /** Bytes of translated instructions. */
  readonly xlatedSize: number;
  /** True when the kernel hides the instructions (no CAP_SYS_ADMIN or kptr_restrict). */
  readonly isRestricted: boolean;
  /** Nanoseconds since boot. */
  readonly loadTime: bigint;
  /** User who loaded it. */
  readonly uid: number;
  /** Maps that it uses. */
  readonly mapIds: readonly number[];
  /** True when it may use GPL-only helpers. */
  readonly gplCompatible: boolean;
  /** Id of its BTF, 0 for none. */
  readonly btfId: number;
  /** Nanoseconds spent running, while statistics were on. */
  readonly runTimeNs: bigint;
  /** Runs, while statistics were on. */
  readonly runCount: bigint;
  /** Runs that were left out because it would have entered itself. */
  readonly recursionMisses: bigint;
  /** Instructions that the verifier walked (Linux 5.16). */
  readonly verifiedInsns: number;
  /** BTF object of its target, 0 for none. */
  readonly attachBtfObjId: number;
  /** BTF type of its target, 0 for none. */
  readonly attachBtfId: number;
  /** Bytes of kernel memory charged (from fdinfo), null when unknown. */
  readonly memlock: number | null;
}

/** What the kernel says of a map (`struct bpf_map_info`). */
export interface MapInfo {
  /** Id of the map. */
  readonly id: number;
  /** `enum bpf_map_type`. */
  readonly type: number;
  /** First 15 characters of the name. */
  readonly name: string;
  /** Bytes of a key. */
  readonly keySize: number;
  /** Bytes of a value. */
  readonly valueSize: number;
  /** Most entries. */
  readonly maxEntries: number;
  /** `BPF_F_*` of its creation. */
  readonly flags: number;
  /** Id of its BTF, 0 for none. */
  readonly btfId: number;
  /** BTF type of its keys, 0 for none. */
  readonly btfKeyTypeId: number;
  /** BTF type of its values, 0 for none. */
  readonly btfValueTypeId: number;
  /** Extra word of some types. */
  readonly mapExtra: bigint;
  /** Bytes of kernel memory charged (from fdinfo), null when unknown. */
  readonly memlock: number | null;
  /** True when user space may not write it any more. */
  readonly isFrozen: boolean;
}

/** What the kernel says of a link (`struct bpf_link_info`). */
export interface LinkInfo {
  /** Id of the link. */
  readonly id: number;
  /** `enum bpf_link_type`. */
  readonly type: number;
  /** Program that it runs. */
  readonly programId: number;
  /** Network interface of XDP, TCX and netkit links, else 0. */
  readonly ifindex: number;
  /** `enum bpf_attach_type` where the kernel reports it, else 0. */
  readonly attachType: number;
  /** BTF object or program of a tracing link, else 0. */
  readonly targetObjId: number;
  /** BTF type of a tracing link, else 0. */
  readonly targetBtfId: number;
  /** Id of the cgroup of a cgroup link, else 0; it becomes 0 when the cgroup is removed. */
  readonly cgroupId: number;
}
