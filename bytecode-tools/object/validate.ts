/**
 * Validation of BPF objects: the strict gate's refusals and what is odd beyond them, as findings.
 *
 * @module
 */
import { SHF_EXECINSTR, SymbolType } from "../elf/elf.ts";
import { isCode, sectionNamed } from "../elf/gate.ts";
import { BytecodeError } from "../errors.ts";
import { adviceFor, type Finding, type FindingPlace, type Severity } from "./findings.ts";
import { type GatedObject, runGate } from "./gate.ts";
import { helperName, isGplOnlyHelper } from "../insn/helpers.ts";
import { CallKind, field, Opcode, SLOT_SIZE } from "../insn/insn.ts";
import type { CodeFunction, SectionCode } from "../insn/check.ts";
import { isGplCompatible, licenseOf } from "./licenses.ts";
import { readMaps } from "./maps.ts";
import { sectionMeaning } from "../elf/sections.ts";
import { SourceLines, sourcePlace } from "../btf/source_lines.ts";

/** What a validation found. */
export interface Validation {
  /** False when any finding is an error. */
  readonly isValid: boolean;
  /** Findings, errors first. */
  readonly findings: readonly Finding[];
}

interface Fault {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly section?: string;
  readonly offset: number;
}

class Findings {
  readonly list: Finding[] = [];
  readonly #object: GatedObject | undefined;
  readonly #lines: SourceLines;

  constructor(object: GatedObject | undefined) {
    this.#object = object;
    this.#lines = new SourceLines(object?.btf, object?.ext);
  }

  add({ rule, severity, message, section, offset }: Fault): void {
    const where = this.#place(section, offset);
    this.list.push({ rule, severity, where, message, advice: adviceFor(rule) });
  }

  #place(section: string | undefined, offset: number): FindingPlace {
    const found = this.#object?.file.sections.find((candidate) =>
      candidate.name === section && isCode(candidate) && offset >= candidate.offset &&
      offset < candidate.offset + candidate.size
    );
    const line = found && this.#lines.at(found.name, offset - found.offset);
    return line === undefined ? { section, offset } : {
      section,
      offset,
      source: sourcePlace(line),
    };
  }
}

function checkLicense(object: GatedObject, findings: Findings): void {
  const license = licenseOf(object);
  if (license === "") {
    const message = "The object states no licence: the kernel refuses many helpers to it";
    findings.add({ rule: "no-license", severity: "warning", message, offset: 0 });
  }
  if (isGplCompatible(license)) return;
  for (const { section, code } of object.code) {
    for (let at = 0; at < code.count; at++) {
      const isHelper = code.opcode[at] === Opcode.CALL && code.src[at] === CallKind.HELPER;
      if (!isHelper || !isGplOnlyHelper(field(code.imm, at))) continue;
      const name = helperName(field(code.imm, at)) ?? "";
      const message = `Instruction ${at} of "${section.name}" calls ${name}, which needs a ` +
        `GPL-compatible licence: it is "${license}"`;
      const offset = section.offset + at * SLOT_SIZE;
      const severity = "warning";
      findings.add({ rule: "gpl-only-helper", severity, message, section: section.name, offset });
    }
  }
}

function checkSections(object: GatedObject, findings: Findings): void {
  const { file } = object;
  const legacy = sectionNamed(file, "maps");
  if (legacy !== undefined) {
    const message = "The object declares maps in the old form, which libbpf does not read";
    findings.add({
      rule: "legacy-maps",
      severity: "error",
      message,
      section: "maps",
      offset: legacy.offset,
    });
  }
  const debug = file.sections.filter(({ name }) => name.startsWith(".debug_"));
  if (debug.length > 0) {
    const size = debug.reduce((sum, section) => sum + section.size, 0);
    const message = `The object carries ${size} bytes of DWARF`;
    const offset = debug[0]?.offset ?? 0;
    findings.add({ rule: "debug-info", severity: "note", message, offset });
  }
}

function checkBtf(object: GatedObject, findings: Findings): void {
  const maps = sectionNamed(object.file, ".maps");
  if (object.btf === undefined) {
    if (maps === undefined) {
      const message = "The object has no BTF: maps and globals have no types";
      findings.add({ rule: "no-btf", severity: "warning", message, offset: 0 });
    } else {
      const message = "The object declares maps, but has no BTF to tell what they are";
      const { name: section, offset } = maps;
      findings.add({ rule: "maps-without-btf", severity: "error", message, section, offset });
    }
    return;
  }
  try {
    readMaps(object);
  } catch (error) {
    if (!(error instanceof BytecodeError)) throw error;
    addRefusal(findings, error);
  }
}

function checkPrograms(object: GatedObject, findings: Findings): void {
  const parts = object.code.filter(({ section }) => section.name !== ".text");
  if (parts.every(({ functions }) => functions.length === 0)) {
    const message = "The object has no programs";
    findings.add({ rule: "no-programs", severity: "warning", message, offset: 0 });
  }
  for (const { section, functions } of parts) {
    const { name, offset } = section;
    if (functions.length > 0 && sectionMeaning(name) === undefined) {
      const message = `The section name "${name}" tells no program type`;
      findings.add({
        rule: "unknown-section",
        severity: "warning",
        message,
        section: name,
        offset,
      });
    }
  }
  for (const symbol of object.symbols) {
    const section = object.file.sections[symbol.section];
    const isStatic = symbol.type === SymbolType.FUNC && !symbol.isGlobal &&
      section !== undefined && (section.flags & SHF_EXECINSTR) !== 0 && section.name !== ".text";
    if (!isStatic) continue;
    const message = `Program "${symbol.name}" is static: libbpf does not load the object`;
    const { name, offset } = section;
    findings.add({
      rule: "static-program",
      severity: "error",
      message,
      section: name,
      offset: offset + Number(symbol.value),
    });
  }
}

/** True when a function's last instruction leaves it. */
function ends({ code }: SectionCode, { end }: CodeFunction): boolean {
  const last = field(code.opcode, end - 1);
  return last === Opcode.EXIT || last === Opcode.JA || last === Opcode.JA32 ||
    last === Opcode.JAX;
}

function checkEnds(object: GatedObject, findings: Findings): void {
  for (const part of object.code) {
    for (const entry of part.functions.filter((candidate) => !ends(part, candidate))) {
      const { name } = part.section;
      const message = `Function "${entry.name}" of "${name}" does not end with exit or a jump`;
      const offset = part.section.offset + (entry.end - 1) * SLOT_SIZE;
      const severity = "warning";
      findings.add({ rule: "insn-falls-through", severity, message, section: name, offset });
    }
  }
}

function addRefusal(findings: Findings, error: BytecodeError): void {
  const { rule, message, offset, section } = error;
  const fault = { rule, severity: "error", message, offset } as const;
  findings.add(section === undefined ? fault : { ...fault, section });
}

/**
 * Validates a BPF object.
 *
 * @param bytes The whole file; anything may be given.
 * @returns Findings, errors first; never throws over the content of the bytes.
 *
 * @example What is wrong with a shell script
 * ```ts
 * import { validateObject } from "@bpfman/cli/bytecode-tools";
 * import { deepEqual } from "node:assert/strict";
 *
 * const { isValid, findings } = validateObject(new TextEncoder().encode("#!/bin/sh"));
 * deepEqual([isValid, findings[0]?.rule], [false, "not-elf"]);
 * ```
 */
export function validateObject(bytes: Uint8Array): Validation {
  const { object, refusals } = runGate(bytes);
  const findings = new Findings(object);
  for (const refusal of refusals) addRefusal(findings, refusal);
  if (object !== undefined) {
    checkLicense(object, findings);
    checkSections(object, findings);
    // what the gate refused is not interpreted further
    if (refusals.length === 0) {
      checkBtf(object, findings);
      checkPrograms(object, findings);
      checkEnds(object, findings);
    }
  }
  const order = { error: 0, warning: 1, note: 2 };
  const sorted = findings.list.sort((a, b) => order[a.severity] - order[b.severity]);
  return { isValid: !sorted.some(({ severity }) => severity === "error"), findings: sorted };
}
