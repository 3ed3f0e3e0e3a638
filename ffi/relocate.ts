/**
 * The instructions of a program as libbpf adapts them to this kernel: maps, global variables,
 * subprograms and CO-RE resolved.
 *
 * libbpf has no call that adapts and stops there. It does adapt when it loads, so it is made to load
 * with a flag that no kernel knows: the kernel refuses that before it looks at anything else, and
 * the time of the verifier is saved.
 *
 * @module
 */
import { ObjectError } from "./errno.ts";
import type { ObjectLoadOptions } from "./kernel.ts";
import { libbpf, libbpfInstructions } from "./libbpf.ts";
import { describeMaps, lines, prepare } from "./loader.ts";
import { readMemory, readString } from "./memory.ts";
import type { RelocatedProgram } from "./program_types.ts";
import { captureStderr } from "./stderr_capture.ts";

/** The last bit of `prog_flags`, which no kernel has given a meaning. */
const UNKNOWN_FLAG = 0x8000_0000;
/** What libbpf says when the adapted program went to the kernel. */
const WENT_TO_KERNEL = /^prog '[^']*': BPF program load failed/;

const INSTRUCTION_SIZE = 8;
/** BPF_LD | BPF_DW | BPF_IMM, the one instruction of two slots. */
const LD_IMM64 = 0x18;
/** BPF_PSEUDO_MAP_FD and BPF_PSEUDO_MAP_VALUE, in the source register of such a load. */
const MAP_KINDS: readonly number[] = [1, 2];

/** Puts the place of a map's name where libbpf put its descriptor. */
function nameMaps(
  instructions: Uint8Array<ArrayBuffer>,
  nameOf: ReadonlyMap<number, string>,
): string[] {
  const view = new DataView(instructions.buffer);
  const names: string[] = [];
  for (let at = 0; at < instructions.length; at += INSTRUCTION_SIZE) {
    if (view.getUint8(at) !== LD_IMM64) continue;
    if (MAP_KINDS.includes(view.getUint8(at + 1) >> 4)) {
      const fd = view.getInt32(at + 4, true);
      const name = nameOf.get(fd);
      if (name === undefined) throw new TypeError(`Cannot tell the map of descriptor ${fd}`);
      if (!names.includes(name)) names.push(name);
      view.setInt32(at + 4, names.indexOf(name), true);
    }
    at += INSTRUCTION_SIZE;
  }
  return names;
}

/**
 * Adapts one program of an object to this kernel.
 *
 * @param options As for a load; every map that the program uses must be among `reuseMaps`.
 * @throws {ObjectError} When libbpf cannot do it.
 */
export function relocate(options: ObjectLoadOptions): RelocatedProgram {
  using prepared = prepare({ ...options, programFlags: UNKNOWN_FLAG });
  const { object, program } = prepared;
  // libbpf closes the descriptors when the load fails, and the instructions keep their numbers
  const nameOf = new Map(describeMaps(object).map(({ fd, name }) => [fd, name]));
  const lib = libbpfInstructions();
  const { result, text } = captureStderr(
    () => libbpf().bpf_object__load(object),
    (code) => code !== 0,
  );
  const said = lines(text);
  if (!said.some((line) => WENT_TO_KERNEL.test(line))) {
    throw new ObjectError("bpf_object__load", -result, said);
  }
  const size = Number(lib.bpf_program__insn_cnt(program)) * INSTRUCTION_SIZE;
  const instructions = readMemory(lib.bpf_program__insns(program), size);
  return {
    instructions,
    maps: nameMaps(instructions, nameOf),
    expectedAttachType: lib.bpf_program__expected_attach_type(program),
    section: readString(lib.bpf_program__section_name(program)),
  };
}
