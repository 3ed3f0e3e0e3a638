/**
 * BTF out of files: raw BTF, objects, kernel modules, kernels with symbols.
 *
 * @module
 */
import { readElf } from "../elf/elf.ts";
import { sectionBytes, sectionNamed } from "../elf/gate.ts";
import { BytecodeError } from "../errors.ts";

/** Both byte orders of the number that BTF begins with. */
const MAGIC = ["9feb", "eb9f"];

/**
 * Finds the BTF in a file.
 *
 * @param bytes A file of BTF, or an ELF file with a `.BTF` section.
 * @throws {BytecodeError} When the file has no BTF.
 */
export function btfBytesOf(bytes: Uint8Array): Uint8Array {
  if (MAGIC.includes(bytes.subarray(0, 2).toHex())) return bytes;
  const file = readElf(bytes);
  const section = sectionNamed(file, ".BTF");
  if (section !== undefined) return sectionBytes(file, section);
  throw new BytecodeError("unsupported", "The file has no BTF: no .BTF section", 0, {
    rule: "no-btf",
  });
}
