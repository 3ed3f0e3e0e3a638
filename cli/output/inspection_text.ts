/**
 * An inspected object as text.
 *
 * @module
 */
import type {
  InspectedMap,
  InspectedProgram,
  Inspection,
} from "../../bytecode-tools/object/inspect.ts";
import { renderTable, type TableOptions } from "./table.ts";
import { valueText } from "./value_text.ts";

type Rows = readonly (readonly string[])[];

/** Bytes with thousands set apart. */
export function bytesText(count: number): string {
  return `${String(count).replace(/\B(?=(\d{3})+$)/g, ",")} bytes`;
}

function coreText({ core: { relocations, kinds } }: Inspection): string {
  if (relocations === 0) return "none";
  const words = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`);
  return `${relocations} relocations: ${words.join(", ")}`;
}

function headLines(name: string, inspection: Inspection): string[] {
  const { license, isGplCompatible, btfTypes, registers, libbpf, debugSize } = inspection;
  const order = `${inspection.endianness}-endian`;
  const rows: [string, string][] = [
    ["Object", `${name} (${bytesText(inspection.size)})`],
    [
      "Architecture",
      `bpf, ${order}${registers === undefined ? "" : `, registers of ${registers}`}`,
    ],
    [
      "License",
      license === "" ? "none" : `${license} (${isGplCompatible ? "" : "not "}GPL-compatible)`,
    ],
    ["BTF", btfTypes === undefined ? "none" : `${btfTypes} types`],
    ["CO-RE", coreText(inspection)],
    ...(debugSize === 0 ? [] : [["DWARF", bytesText(debugSize)] as [string, string]]),
    [
      `libbpf ${libbpf.version}`,
      libbpf.refusal === undefined ? "takes the object" : `refuses it: ${libbpf.refusal}`,
    ],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${`${label}:`.padEnd(width + 1)} ${value}`);
}

function part(title: string, headers: readonly string[], rows: Rows, options: TableOptions) {
  if (rows.length === 0) return [];
  const columns = headers.map((header) => ({ header }));
  return ["", options.style.header(title), renderTable(columns, rows, options).trimEnd()];
}

/** Helpers and kfuncs; a star marks what needs a GPL-compatible licence. */
function usesText({ helpers, gplOnlyHelpers, kfuncs }: InspectedProgram): string {
  const marked = helpers.map((name) =>
    `${name.replace(/^bpf_/, "")}${gplOnlyHelpers.includes(name) ? "*" : ""}`
  );
  return [...marked, ...kfuncs.map((name) => `${name}()`)].join(" ");
}

function programRow(program: InspectedProgram): string[] {
  const words = [
    program.attachType,
    program.attachTarget,
    program.isSleepable ? "(sleepable)" : undefined,
    program.hasFragments ? "(fragments)" : undefined,
    program.isAutoloaded ? undefined : "(not loaded unless asked for)",
  ];
  return [
    program.name,
    program.type ?? "unknown",
    words.filter((word) => word !== undefined).join(" "),
    program.section,
    String(program.instructions),
    program.source ?? "",
    usesText(program),
  ];
}

function mapRow(map: InspectedMap): string[] {
  return [
    map.name,
    map.type,
    `${map.keySize}B`,
    `${map.valueSize}B`,
    String(map.maxEntries),
    `0x${map.flags.toString(16)}`,
    map.isPinnedByName ? "by name" : "none",
  ];
}

/** An inspected object: facts first, then a table of each kind of content. */
export function inspectionText(
  name: string,
  inspection: Inspection,
  options: TableOptions,
): string {
  const { programs, maps, globals, externs } = inspection;
  const hasGplOnly = programs.some(({ gplOnlyHelpers }) => gplOnlyHelpers.length > 0);
  const headers = ["NAME", "TYPE", "ATTACH", "SECTION", "INSNS", "SOURCE", "HELPERS, KFUNCS"];
  return [
    ...headLines(name, inspection),
    ...part("Programs", headers, programs.map(programRow), options),
    ...(hasGplOnly ? ["* needs a GPL-compatible licence"] : []),
    ...part(
      "Maps",
      ["NAME", "TYPE", "KEY", "VALUE", "ENTRIES", "FLAGS", "PINNED"],
      maps.flatMap((map) => [map, ...(map.inner === undefined ? [] : [map.inner])]).map(mapRow),
      options,
    ),
    ...part(
      "Globals",
      ["SECTION", "OFFSET", "DECLARATION", "VALUE"],
      globals.map((global) => [
        global.section,
        String(global.offset),
        global.declaration ?? `${global.name} (${global.size} bytes)`,
        global.value === undefined ? "unknown" : valueText(global.value),
      ]),
      options,
    ),
    ...part(
      "Expected of the kernel",
      ["NAME", "KIND", "WHEN MISSING"],
      externs.map(({ name, kind, isWeak }) => [name, kind, isWeak ? "0 or null" : "refused"]),
      options,
    ),
    "",
  ].join("\n");
}
