/**
 * What the page shows of an object.
 *
 * @module
 */
import type { Finding } from "../../bytecode-tools/object/findings.ts";
import { type Inspection, inspectObject } from "../../bytecode-tools/object/inspect.ts";
import type { KernelProfile } from "../../bytecode-tools/kernel/profile.ts";
import { validateObject } from "../../bytecode-tools/object/validate.ts";
import type { Value } from "../../bytecode-tools/values/values.ts";
import { checkObject, type KernelVerdict } from "../../bytecode-tools/verdict/verdict.ts";
import { element, type PageElement, table } from "./dom.ts";

function valueText(value: Value | undefined): string {
  if (value === undefined) return "unknown";
  if (typeof value !== "object") return String(value);
  if (value instanceof Uint8Array) return value.toHex();
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  return `{${Object.entries(value).map(([key, item]) => `${key}: ${valueText(item)}`).join(", ")}}`;
}

function findingsTable(findings: readonly Finding[]): PageElement[] {
  return table(
    "Findings",
    ["Severity", "Rule", "Where", "What", "What to do"],
    findings.map(({ severity, rule, where, message, advice }) => [
      element("span", [severity], severity),
      rule,
      `${where.section ?? ""} byte ${where.offset} ${where.source ?? ""}`.trim(),
      message,
      advice,
    ]),
  );
}

function contentTables(inspection: Inspection): PageElement[] {
  const { programs, maps, globals, externs } = inspection;
  return [
    ...table(
      "Programs",
      ["Name", "Type", "Attached to", "Section", "Instructions", "Helpers and kfuncs", "Source"],
      programs.map((program) => [
        program.name,
        program.type ?? "unknown",
        [program.attachType, program.attachTarget].filter((word) => word !== undefined).join(" "),
        program.section,
        String(program.instructions),
        [...program.helpers, ...program.kfuncs].join(", "),
        program.source ?? "",
      ]),
    ),
    ...table(
      "Maps",
      ["Name", "Type", "Key", "Value", "Entries"],
      maps.map((map) => [
        map.name,
        map.type,
        `${map.keySize} bytes`,
        `${map.valueSize} bytes`,
        String(map.maxEntries),
      ]),
    ),
    ...table(
      "Global variables",
      ["Section", "Declaration", "Value"],
      globals.map((global) => [
        global.section,
        global.declaration ?? global.name,
        valueText(global.value),
      ]),
    ),
    ...table(
      "Expected of the kernel",
      ["Name", "Kind"],
      externs.map(({ name, kind }) => [name, kind]),
    ),
  ];
}

function verdictTable(verdicts: readonly KernelVerdict[]): PageElement[] {
  return table(
    "Kernels",
    ["Kernel", "Program", "Answer", "Why"],
    verdicts.flatMap(({ kernel, programs }) =>
      programs.map(({ program, answer, reasons }) => [
        kernel,
        program,
        element("span", [answer], answer),
        reasons.map(({ text, source }) => source === undefined ? text : `${text} (${source})`)
          .join("; "),
      ])
    ),
  );
}

function summary(inspection: Inspection): string {
  const { license, btfTypes, core, endianness, size, libbpf } = inspection;
  return [
    `${size} bytes`,
    `${endianness}-endian`,
    `licence ${license === "" ? "none" : license}`,
    btfTypes === undefined ? "no BTF" : `${btfTypes} BTF types`,
    `${core.relocations} CO-RE relocations`,
    libbpf.refusal === undefined
      ? `libbpf ${libbpf.version} takes it`
      : `libbpf ${libbpf.version} refuses it: ${libbpf.refusal}`,
  ].join(" · ");
}

/** The report on one object. */
export function objectReport(
  name: string,
  bytes: Uint8Array,
  kernels: readonly KernelProfile[],
): PageElement {
  const { isValid, findings } = validateObject(bytes);
  const head = [
    element("h2", [name]),
    element(
      "p",
      [isValid ? "valid" : "not valid: no loader should meet it"],
      isValid ? "loads" : "error",
    ),
  ];
  if (!isValid) return element("section", [...head, ...findingsTable(findings)]);
  const inspection = inspectObject(bytes);
  return element("section", [
    ...head,
    element("p", [summary(inspection)]),
    ...verdictTable(kernels.length === 0 ? [] : checkObject(bytes, kernels)),
    ...contentTables(inspection),
    ...findingsTable(findings),
  ]);
}
