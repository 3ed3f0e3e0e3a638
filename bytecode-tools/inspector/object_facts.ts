/**
 * What libbpf knows about an object: the module's answers in types.
 *
 * @module
 */
import {
  type Check,
  flag,
  integer,
  list,
  natural,
  optional,
  record,
  text,
  wide,
  word,
} from "./answer_shape.ts";

/** A program, or a function that programs call. */
export interface ProgramFacts {
  /** C function name. */
  readonly name: string;
  /** ELF section without a leading question mark. */
  readonly section: string;
  /** Number of the section. */
  readonly sectionIndex: number;
  /** Place of the first instruction in the section, in bytes. */
  readonly sectionOffset: number;
  /** Number of instructions before linking. */
  readonly instructions: number;
  /** Kernel's name of the type, such as `xdp`; undefined when the section does not tell it. */
  readonly type: string | undefined;
  /** Number of the type. */
  readonly typeId: number;
  /** Expected attach type, such as `tcx_ingress`. */
  readonly attachType: string | undefined;
  /** Number of the attach type; 0 is none for most types. */
  readonly attachTypeId: number;
  /** What the section names behind the type, such as `do_unlinkat`. */
  readonly attachTarget: string | undefined;
  /** True when the target is found in BTF: fentry, fexit, LSM, typed tracepoints and others. */
  readonly isAttachedByBtf: boolean;
  /** True when it may sleep. */
  readonly isSleepable: boolean;
  /** True for XDP programs that take packets in fragments. */
  readonly hasFragments: boolean;
  /** True for functions that are only called by programs. */
  readonly isSubprogram: boolean;
  /** True when its symbol is global. */
  readonly isGlobal: boolean;
  /** False when the section begins with a question mark. */
  readonly isAutoloaded: boolean;
}

/** Type and sizes of a map. */
export interface MapSizes {
  /** Kernel's name of the type; undefined for a number that this libbpf does not know. */
  readonly type: string | undefined;
  /** Number of the type. */
  readonly typeId: number;
  /** Size of a key in bytes. */
  readonly keySize: number;
  /** Size of a value in bytes. */
  readonly valueSize: number;
  /** Entries at most; bytes for ring buffers. */
  readonly maxEntries: number;
  /** Flags of BPF_MAP_CREATE. */
  readonly flags: number;
  /** Types in the object's BTF; 0 when not given. */
  readonly keyTypeId: number;
  /** Type of values in the BTF of the object; 0 when not given. */
  readonly valueTypeId: number;
}

/** A map. */
export interface MapFacts extends MapSizes {
  /** Name. */
  readonly name: string;
  /** The section that the map stands for; undefined for maps of the program's author. */
  readonly section: string | undefined;
  /** What the section holds. */
  readonly content: "data" | "bss" | "rodata" | "kconfig" | undefined;
  /** NUMA node to allocate on; 0 without a wish. */
  readonly numaNode: number;
  /** The `map_extra` number, whose meaning is that of the map type. */
  readonly extra: bigint;
  /** Where libbpf pins the map when it loads the object. */
  readonly pinPath: string | undefined;
  /** False when libbpf would not create it. */
  readonly isAutocreated: boolean;
  /** Type of the struct for struct_ops maps, else 0. */
  readonly structOpsTypeId: number;
  /** Template of the maps inside, for maps of maps. */
  readonly inner: MapSizes | undefined;
}

/** Something that the object expects of the kernel: a configuration value or a symbol. */
export interface ExternFacts {
  /** Name. */
  readonly name: string;
  /** What it is. */
  readonly kind: "kconfig" | "function" | "variable";
  /** True when the object works without it. */
  readonly isWeak: boolean;
  /** True when a value or a symbol was found. */
  readonly isSet: boolean;
  /** For kconfig: form and place of the value in the `.kconfig` map. */
  readonly valueKind: "unknown" | "char" | "bool" | "int" | "tristate" | "text" | undefined;
  /** Size of a value in bytes. */
  readonly valueSize: number | undefined;
  /** Offset of the value in the `.kconfig` map. */
  readonly valueOffset: number | undefined;
  /** Whether the value is signed. */
  readonly isSigned: boolean | undefined;
  /** For symbols: the type in the object's BTF; 0 for symbols without one. */
  readonly typeId: number | undefined;
  /** For symbols: the type in the target's BTF; 0 until it is found, negative for an error number. */
  readonly kernelTypeId: number | undefined;
}

/** An opened object. */
export interface ObjectFacts {
  /** Text of the licence section. */
  readonly license: string;
  /** From the `version` section; 0 when there is none. */
  readonly kernelVersion: number;
  /** Byte order of the object. */
  readonly byteOrder: "little" | "big";
  /** Types in the object's BTF, the void type included; 0 without BTF. */
  readonly btfTypes: number;
  /** Programs and functions, in the order of the symbols. */
  readonly programs: readonly ProgramFacts[];
  /** Maps, those of sections included. */
  readonly maps: readonly MapFacts[];
  /** What the object expects of the kernel. */
  readonly externs: readonly ExternFacts[];
}

/** A reference from an instruction to a map or an extern. */
export interface Reference {
  /** Number of the instruction in the program. */
  readonly instruction: number;
  /** `map`: the map itself; `data`: a value inside; `extern`, `call`: an extern. */
  readonly kind: "map" | "data" | "extern" | "call";
  /** Place in the list of maps or externs. */
  readonly index: number;
  /** Offset of the symbol in the map's value. */
  readonly offset: number;
}

/** A function inside a program's code. */
export interface FunctionPlace {
  /** Number of the instruction in the program. */
  readonly instruction: number;
  /** Number of the type. */
  readonly typeId: number;
  /** Name. */
  readonly name: string | undefined;
  /** 0 static, 1 global, 2 extern. */
  readonly linkage: number;
}

/** The source line of an instruction and those behind it. */
export interface LinePlace {
  /** Number of the instruction in the program. */
  readonly instruction: number;
  /** Name of the source file. */
  readonly file: string | undefined;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1; 0 when not known. */
  readonly column: number;
  /** Text of the line. */
  readonly text: string | undefined;
}

/** What belongs to the instructions of a program. */
export interface CodeFacts {
  /** Number of instructions. */
  readonly instructions: number;
  /** References to maps and externs. */
  readonly references: readonly Reference[];
  /** Functions in the code, the program itself first. */
  readonly functions: readonly FunctionPlace[];
  /** Source lines, by instruction. */
  readonly lines: readonly LinePlace[];
}

const program: Check<ProgramFacts> = record<ProgramFacts>({
  name: text,
  section: text,
  sectionIndex: natural,
  sectionOffset: natural,
  instructions: natural,
  type: optional(text),
  typeId: natural,
  attachType: optional(text),
  attachTypeId: natural,
  attachTarget: optional(text),
  isAttachedByBtf: flag,
  isSleepable: flag,
  hasFragments: flag,
  isSubprogram: flag,
  isGlobal: flag,
  isAutoloaded: flag,
});

const sizes = {
  type: optional(text),
  typeId: natural,
  keySize: natural,
  valueSize: natural,
  maxEntries: natural,
  flags: natural,
  keyTypeId: natural,
  valueTypeId: natural,
};

const map: Check<MapFacts> = record<MapFacts>({
  name: text,
  section: optional(text),
  content: optional(word(["data", "bss", "rodata", "kconfig"])),
  ...sizes,
  numaNode: natural,
  extra: wide,
  pinPath: optional(text),
  isAutocreated: flag,
  structOpsTypeId: natural,
  inner: optional(record<MapSizes>(sizes)),
});

/** The externs of an object. */
export const EXTERNS: Check<readonly ExternFacts[]> = list(record<ExternFacts>({
  name: text,
  kind: word(["kconfig", "function", "variable"]),
  isWeak: flag,
  isSet: flag,
  valueKind: optional(word(["unknown", "char", "bool", "int", "tristate", "text"])),
  valueSize: optional(natural),
  valueOffset: optional(natural),
  isSigned: optional(flag),
  typeId: optional(natural),
  kernelTypeId: optional(integer),
}));

/** An opened object. */
export const OBJECT: Check<ObjectFacts> = record<ObjectFacts>({
  license: text,
  kernelVersion: natural,
  byteOrder: word(["little", "big"]),
  btfTypes: natural,
  programs: list(program),
  maps: list(map),
  externs: EXTERNS,
});

/** What belongs to the instructions of all programs. */
export const CODE: Check<readonly CodeFacts[]> = list(record<CodeFacts>({
  instructions: natural,
  references: list(record<Reference>({
    instruction: natural,
    kind: word(["map", "data", "extern", "call"]),
    index: natural,
    offset: natural,
  })),
  functions: list(record<FunctionPlace>({
    instruction: natural,
    typeId: natural,
    name: optional(text),
    linkage: natural,
  })),
  lines: list(record<LinePlace>({
    instruction: natural,
    file: optional(text),
    line: natural,
    column: natural,
    text: optional(text),
  })),
}));
