/**
 * The JSON Schema of a file of kernel facts, once it is unpacked.
 *
 * @module
 */
import { type JsonSchema, schemaOf } from "./json_schema.ts";
import { boolean, integer, list, object, optional, orNull, text, word } from "./shape.ts";

const PROGRAM_TYPE = object({
  name: text("Such as fentry: the word before the slash in sections"),
  type: integer("Number of the program type (enum bpf_prog_type)"),
  attachType: integer("Number of the attach type that it is told apart by, 0 for none"),
  isLoadable: orNull(boolean("False when the kernel refused it, null when it was not asked")),
  why: orNull(text("Why it cannot be used, null when it can or that is not known")),
}, "What the kernel did with programs of one type");

const HOST = object({
  architecture: text("Such as x86_64"),
  hasJit: orNull(boolean("Whether programs are compiled, null when unknown")),
  libbpf: orNull(text("Version of libbpf, null where there is none")),
  libxdp: orNull(text("Version of libxdp, null where there is none")),
  programTypes: list(PROGRAM_TYPE, "Answers of the kernel, by program type"),
}, "What the kernel answered while it ran; only doctor asks it");

const MODULE = object({
  name: text("Such as veth"),
  btf: text("Split BTF that continues the BTF of the kernel, base64"),
}, "A kernel module");

const FACTS = object({
  format: word(["bpfman-kernel-facts"], "What the file is"),
  version: integer("Version of the format", { min: 1, max: 1 }),
  name: text("What reports call the kernel"),
  release: text("As uname -r prints it; empty when unknown"),
  btf: text("BTF of the kernel, base64"),
  modules: optional(list(MODULE, "Modules with BTF; left out when unknown")),
  hasMoreModules: optional(boolean("True when the kernel has more modules than those")),
  config: optional(text("The configuration of the kernel; left out when unknown")),
  symbols: optional(list(
    text("Name of a symbol"),
    "Names in kallsyms or System.map, without addresses; left out when unknown",
  )),
  tracepoints: optional(list(
    text("GROUP/NAME of a tracepoint"),
    "Tracepoints; left out when unknown",
  )),
  securityModules: optional(list(
    text("Name of a security module"),
    "Active security modules in their order; left out when unknown",
  )),
  host: optional(HOST),
}, "The facts of a kernel, for predictions on other machines");

function place(name: string): string {
  throw new TypeError(`Cannot refer to "${name}": files of facts stand alone`);
}

/** The JSON Schema of a file of facts (draft 2020-12), for the JSON that gzip unpacks. */
export function factsJsonSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Kernel facts",
    ...schemaOf(FACTS, place),
  };
}
