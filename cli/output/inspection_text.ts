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
import { foldValue } from "./fold.ts";
import { type Column, renderTable, type TableOptions } from "./table.ts";
import { valueText } from "./value_text.ts";

type Rows = readonly (readonly string[])[];

/** Bytes with thousands set apart. */
export function bytesText(count: number): string {
  return `${String(count).replace(/\B(?=(\d{3})+$)/g, ",")} bytes`;
}

/** Columns of each part. Nothing in them is cut; sources and sections are left out first. */
const COLUMNS = {
  programs: [
    { header: "NAME", wraps: true, least: 12 },
    { header: "TYPE", wraps: true, least: 14 },
    { header: "ATTACH", wraps: true, least: 10 },
    { header: "SECTION", wraps: true, least: 12, rank: 1 },
    { header: "INSNS" },
    { header: "SOURCE", wraps: true, least: 12, rank: 2 },
    { header: "HELPERS, KFUNCS", wraps: true, least: 11 },
  ],
  maps: [
    { header: "NAME", wraps: true, least: 14 },
    { header: "TYPE" },
    { header: "KEY" },
    { header: "VALUE" },
    { header: "ENTRIES" },
    { header: "FLAGS", rank: 1 },
    { header: "PINNED" },
  ],
  globals: [
    { header: "SECTION", wraps: true, least: 10 },
    { header: "OFFSET" },
    { header: "DECLARATION", wraps: true, least: 16 },
    { header: "VALUE", wraps: true, least: 16 },
  ],
  externs: [
    { header: "NAME", wraps: true, least: 16 },
    { header: "KIND" },
    { header: "WHEN MISSING", wraps: true },
  ],
} as const satisfies Readonly<Record<string, readonly Column[]>>;

function coreText({ core: { relocations, kinds } }: Inspection): string {
  if (relocations === 0) return "none";
  const words = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`);
  return `${relocations} relocations: ${words.join(", ")}`;
}

function headLines(name: string, inspection: Inspection, { width: room }: TableOptions): string[] {
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
  return rows.flatMap(([label, value]) =>
    foldValue(`${`${label}:`.padEnd(width + 1)} `, value, room)
  );
}

function part(title: string, columns: readonly Column[], rows: Rows, options: TableOptions) {
  if (rows.length === 0) return [];
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
  return [
    ...headLines(name, inspection, options),
    ...part("Programs", COLUMNS.programs, programs.map(programRow), options),
    ...(hasGplOnly ? ["* needs a GPL-compatible licence"] : []),
    ...part(
      "Maps",
      COLUMNS.maps,
      maps.flatMap((map) => [map, ...(map.inner === undefined ? [] : [map.inner])]).map(mapRow),
      options,
    ),
    ...part(
      "Globals",
      COLUMNS.globals,
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
      COLUMNS.externs,
      externs.map(({ name, kind, isWeak }) => [name, kind, isWeak ? "0 or null" : "refused"]),
      options,
    ),
    "",
  ].join("\n");
}
