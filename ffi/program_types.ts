/**
 * Programs as instructions: what comes out of an object once libbpf has adapted it, and what
 * BPF_PROG_LOAD takes.
 *
 * @module
 */

/** A program as libbpf would hand it to the kernel. */
export interface RelocatedProgram {
  /**
   * Instructions of 8 bytes, the program first, its subprograms behind it. Loads of maps
   * (`BPF_PSEUDO_MAP_FD`, `BPF_PSEUDO_MAP_VALUE`) name their map by its place in `maps`.
   */
  readonly instructions: Uint8Array;
  /** Names of the maps that the instructions use, in the order in which they first do. */
  readonly maps: readonly string[];
  /** `enum bpf_attach_type` that the section stands for. */
  readonly expectedAttachType: number;
  /** Name of the program's section. */
  readonly section: string;
}

/** Where a function begins, for the kernel's names and checks of functions. */
export interface FunctionInfo {
  /** Instruction at which it begins. */
  readonly at: number;
  /** Type of the function in the BTF. */
  readonly typeId: number;
}

/** Arguments of BPF_PROG_LOAD. */
export interface ProgramLoadOptions {
  /** First 15 characters are shown by the kernel. */
  readonly name: string;
  /** `enum bpf_prog_type`. */
  readonly type: number;
  /** `enum bpf_attach_type`, 0 for none. */
  readonly expectedAttachType: number;
  /** `BPF_F_*` of programs. @default 0 */
  readonly flags?: number;
  readonly license: string;
  /** Instructions with descriptors of maps in them. */
  readonly instructions: Uint8Array;
  /** Descriptor of the BTF that `functions` refers to. */
  readonly btfFd: number;
  /** Every function, ascending. */
  readonly functions: readonly FunctionInfo[];
}
