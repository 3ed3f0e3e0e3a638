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
  readonly sectionIndex: number;
  /** Place of the first instruction in the section, in bytes. */
  readonly sectionOffset: number;
  /** Number of instructions before linking. */
  readonly instructions: number;
  /** Kernel's name of the type, such as `xdp`; undefined when the section does not tell it. */
  readonly type: string | undefined;
  readonly typeId: number;
  /** Expected attach type, such as `tcx_ingress`. */
  readonly attachType: string | undefined;
  readonly attachTypeId: number;
  /** What the section names behind the type, such as `do_unlinkat`. */
  readonly attachTarget: string | undefined;
  /** True when the target is found in BTF: fentry, fexit, LSM, typed tracepoints and others. */
  readonly isAttachedByBtf: boolean;
  readonly isSleepable: boolean;
  /** True for XDP programs that take packets in fragments. */
  readonly hasFragments: boolean;
  /** True for functions that are only called by programs. */
  readonly isSubprogram: boolean;
  readonly isGlobal: boolean;
  /** False when the section begins with a question mark. */
  readonly isAutoloaded: boolean;
}

/** Type and sizes of a map. */
export interface MapSizes {
  /** Kernel's name of the type; undefined for a number that this libbpf does not know. */
  readonly type: string | undefined;
  readonly typeId: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  /** Types in the object's BTF; 0 when not given. */
  readonly keyTypeId: number;
  readonly valueTypeId: number;
}

/** A map. */
export interface MapFacts extends MapSizes {
  readonly name: string;
  /** The section that the map stands for; undefined for maps of the program's author. */
  readonly section: string | undefined;
  readonly content: "data" | "bss" | "rodata" | "kconfig" | undefined;
  readonly numaNode: number;
  readonly extra: bigint;
  /** Where libbpf pins the map when it loads the object. */
  readonly pinPath: string | undefined;
  readonly isAutocreated: boolean;
  /** Type of the struct for struct_ops maps, else 0. */
  readonly structOpsTypeId: number;
  /** Template of the maps inside, for maps of maps. */
  readonly inner: MapSizes | undefined;
}

/** Something that the object expects of the kernel: a configuration value or a symbol. */
export interface ExternFacts {
  readonly name: string;
  readonly kind: "kconfig" | "function" | "variable";
  readonly isWeak: boolean;
  /** True when a value or a symbol was found. */
  readonly isSet: boolean;
  /** For kconfig: form and place of the value in the `.kconfig` map. */
  readonly valueKind: "unknown" | "char" | "bool" | "int" | "tristate" | "text" | undefined;
  readonly valueSize: number | undefined;
  readonly valueOffset: number | undefined;
  readonly isSigned: boolean | undefined;
  /** For symbols: the type in the object's BTF; 0 for symbols without one. */
  readonly typeId: number | undefined;
  /** For symbols: the type in the target's BTF; 0 until it is found. */
  readonly kernelTypeId: number | undefined;
}

/** An opened object. */
export interface ObjectFacts {
  readonly license: string;
  /** From the `version` section; 0 when there is none. */
  readonly kernelVersion: number;
  readonly byteOrder: "little" | "big";
  /** Types in the object's BTF, the void type included; 0 without BTF. */
  readonly btfTypes: number;
  readonly programs: readonly ProgramFacts[];
  readonly maps: readonly MapFacts[];
  readonly externs: readonly ExternFacts[];
}

/** A reference from an instruction to a map or an extern. */
export interface Reference {
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
  readonly instruction: number;
  readonly typeId: number;
  readonly name: string | undefined;
  /** 0 static, 1 global, 2 extern. */
  readonly linkage: number;
}

/** The source line of an instruction and those behind it. */
export interface LinePlace {
  readonly instruction: number;
  readonly file: string | undefined;
  readonly line: number;
  readonly column: number;
  readonly text: string | undefined;
}

/** What belongs to the instructions of a program. */
export interface CodeFacts {
  /** Number of instructions. */
  readonly instructions: number;
  readonly references: readonly Reference[];
  readonly functions: readonly FunctionPlace[];
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
