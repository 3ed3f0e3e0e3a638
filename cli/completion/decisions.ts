/**
 * What completes the value of an argument: by the word that stands for it in help, else by its type.
 *
 * @module
 */
import { AUDIT_RESULTS } from "../../core/audit/types.ts";
import { ENGINE_CHOICES, HOOK_WORDS } from "../../core/chain/model.ts";
import { PullPolicy } from "../../core/image/types.ts";
import { LINK_KINDS, PROGRAM_TYPES } from "../../core/types.ts";
import {
  BTF_FORMATS,
  COLOR_CHOICES,
  IMAGE_FORMATS,
  LANGUAGES,
  LIST_FORMATS,
  MANIFEST_FORMATS,
  type OptionSpec,
  OUTPUT_FORMATS,
  type PositionalSpec,
  REPORT_FORMATS,
  TABLE_FORMATS,
  TLOG_WORDS,
  type ValueTypeName,
} from "../command.ts";
import { PROJECT_KINDS } from "../new/name.ts";
import { DIRECTIONS, NETKIT_ENDS, PROCEED_ON_WORDS, XDP_MODES } from "../values/word.ts";
import { type Completion, SHELLS } from "./types.ts";

/** Nothing is known that would be right. */
const FREE: Completion = {};
const FILES: Completion = { paths: "files" };
const DIRECTORIES: Completion = { paths: "directories" };
const IMAGES: Completion = { source: "images" };

/**
 * By type. `by word` stands for types whose values mean many things: there the word of help decides,
 * and a test sees to it that each such word is below.
 */
export const BY_TYPE: Readonly<Record<ValueTypeName, Completion | "by word">> = {
  absolutePath: DIRECTORIES,
  auditResult: { words: AUDIT_RESULTS },
  btfFormat: { words: BTF_FORMATS },
  chainPoint: FREE,
  colorChoice: { words: COLOR_CHOICES },
  direction: { words: DIRECTIONS },
  duration: { words: ["10s", "30s", "1m", "5m"] },
  engine: { words: ENGINE_CHOICES },
  frequency: FREE,
  global: { source: "globals" },
  hookWord: { words: HOOK_WORDS },
  id: "by word",
  imageFormat: { words: IMAGE_FORMATS },
  imageInput: FILES,
  instant: { words: ["10m", "1h", "24h"] },
  kernelBtf: FILES,
  language: { words: LANGUAGES },
  listFormat: { words: [...LIST_FORMATS, "jsonpath="] },
  linkKind: { words: LINK_KINDS },
  manifestFormat: { words: MANIFEST_FORMATS },
  metadata: FREE,
  netkitEnd: { words: NETKIT_ENDS },
  offset: FREE,
  outputFormat: { words: [...OUTPUT_FORMATS, "jsonpath="] },
  pid: { source: "processes" },
  platform: { words: ["linux/amd64", "linux/arm64"] },
  priority: FREE,
  proceedOn: { words: PROCEED_ON_WORDS },
  programSpec: { source: "programSpecs" },
  programType: { words: PROGRAM_TYPES },
  pullPolicy: { words: Object.values(PullPolicy) },
  registryAuth: FREE,
  reportFormat: { words: [...REPORT_FORMATS, "jsonpath="] },
  tableFormat: { words: [...TABLE_FORMATS, "jsonpath="] },
  projectKind: { words: PROJECT_KINDS },
  projectName: FREE,
  selector: FREE,
  shell: { words: SHELLS },
  switch: FREE,
  text: "by word",
  tlog: { words: TLOG_WORDS },
  tracepoint: { source: "tracepoints" },
  xdpMode: { words: XDP_MODES },
};

/** By the word that stands for the value in help. */
export const BY_WORD: Readonly<Record<string, Completion>> = {
  "AFTER": { ...IMAGES, ...FILES },
  "APPLICATION": { source: "applications" },
  "BEFORE": { ...IMAGES, ...FILES },
  "CGROUP": { source: "cgroups" },
  "COMMAND": { source: "commands" },
  "COUNT": FREE,
  "DESTINATION": IMAGES,
  "DIGEST": FREE,
  "DIR": DIRECTORIES,
  "DIRECTORY": DIRECTORIES,
  "FILE": FILES,
  "FILE_OR_DIGEST": FILES,
  "FILE|IMAGE": { ...IMAGES, ...FILES },
  "FROM": IMAGES,
  "FUNCTION": { source: "functions" },
  "GENERATION": { source: "generations" },
  "IDENTITY": FREE,
  "IFACE": { source: "interfaces" },
  "IFINDEX": FREE,
  "IMAGE": IMAGES,
  "LINK-ID": { source: "links" },
  "NSID": FREE,
  "OUT": FILES,
  "PATH": FILES,
  "PATH|IMAGE": { ...IMAGES, ...FILES },
  "PATTERN": FREE,
  "PROGRAM": { source: "objectPrograms" },
  "PROGRAM-ID": { source: "programs" },
  "SPDX": { words: ["Apache-2.0", "BSD-2-Clause", "GPL-2.0-only", "MIT"] },
  "SPEC": FREE,
  "STRUCT": FREE,
  "TARGET": FILES,
  "TEXT": FREE,
  "TO": IMAGES,
  "TYPE": FREE,
  "URI": FREE,
  "URL": FREE,
  "VERB": { source: "commands" },
};

/** What completes the value of an argument; undefined when nobody has decided. */
export function completionOf(spec: OptionSpec | PositionalSpec): Completion | undefined {
  if (spec.completes !== undefined) return spec.completes;
  const byType = BY_TYPE[spec.type];
  if (byType !== "by word") return byType;
  return BY_WORD["placeholder" in spec ? spec.placeholder ?? "" : spec.name] ??
    BY_WORD[spec.name];
}
