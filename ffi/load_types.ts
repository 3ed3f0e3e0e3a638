/**
 * What is asked of libbpf, and what it gives back, as plain data.
 *
 * @module
 */

import type { RelocatedProgram } from "./program_types.ts";

/** An existing map that an object is to use, by the map's name in the object. */
export type MapReuse =
  /** Found by its pin. */
  | { readonly name: string; readonly path: string }
  /** Found by its kernel id (needs CAP_SYS_ADMIN); one that is gone is made anew. */
  | { readonly name: string; readonly id: number };

/** What to take from an object file, and how to load it. */
export interface ObjectLoadOptions {
  /** The ELF file. */
  readonly bytes: Uint8Array;
  /** Name of the object as libbpf sees it (prefix of internal map names). */
  readonly name: string;
  /** The one program to load; its siblings stay out of the kernel. */
  readonly program: string;
  /** How many programs the object has, if known; one alone has no siblings to leave out. */
  readonly programCount?: number;
  /** `enum bpf_prog_type`. */
  readonly type: number;
  /** `enum bpf_attach_type`, 0 for none. */
  readonly expectedAttachType: number;
  /** True to set it although the section names another of the same type. @default false */
  readonly isAttachTypeForced?: boolean;
  /** Kernel function or hook of fentry, fexit and LSM programs; function of the target program. */
  readonly attachTarget?: string;
  /** Program that an extension replaces a function of (needs CAP_SYS_ADMIN). */
  readonly targetProgramFd?: number;
  /** `BPF_F_*` for the kernel, besides those that the section declares. */
  readonly programFlags?: number;
  /** Bytes to write into a global variable before loading: map section, offset, value. */
  readonly globals?: readonly GlobalPatch[];
  /** Maps that exist already and are taken instead of being created. */
  readonly reuseMaps?: readonly MapReuse[];
  /** bpffs folder for maps with `LIBBPF_PIN_BY_NAME`: made there, or taken from there. */
  readonly sharedPinDirectory?: string;
  /** File of BTF to relocate against. @default the running kernel's own */
  readonly btfPath?: string;
}

/** New initial bytes of one global variable. */
export interface GlobalPatch {
  /** ELF section that holds the variable, such as `.rodata`. */
  readonly section: string;
  /** Offset in that section, in bytes. */
  readonly offset: number;
  /** The bytes, exactly as the program will read them. */
  readonly value: Uint8Array;
}

/** A map of a loaded object. */
export interface LoadedMap {
  /** Full name in the object (the kernel cuts it to 15 characters). */
  readonly name: string;
  /** True for `.rodata`, `.data`, `.bss` and the like. */
  readonly isInternal: boolean;
  /** Borrowed descriptor: valid until the object is disposed. */
  readonly fd: number;
}

/** A program in the kernel, with the maps that libbpf made for it. */
export interface LoadedObject extends Disposable {
  /** Borrowed descriptor of the program: valid until the object is disposed. */
  readonly programFd: number;
  /** Every map of the object that exists now. */
  readonly maps: readonly LoadedMap[];
}

/** libbpf: from ELF bytes to a program in the kernel. */
export interface ObjectLoader {
  /** Opens libbpf ahead of a load. Does nothing when that cannot be done: the load will say why. */
  warmUp(): void;
  /** Loads one program of an object with its maps. Throws VerifierError or LoadError. */
  load(options: ObjectLoadOptions): LoadedObject;
  /** What `load` would hand to the kernel; nothing is loaded. Throws ObjectError. */
  relocate(options: ObjectLoadOptions): RelocatedProgram;
}
