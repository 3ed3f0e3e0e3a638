/**
 * Kernels as text and as JSON.
 *
 * @module
 */
import type { KernelProfile } from "../../bytecode-tools/kernel/profile.ts";
import type { StoredKernel } from "../../core/facts/store.ts";
import type { Tone } from "./style.ts";
import { type Column, renderTable, type TableOptions } from "./table.ts";
import type { KernelsJson } from "../schema/bytecode.ts";

/** One line that says what is known of a kernel. */
export function profileLine(profile: KernelProfile): string {
  const { name, modules, config, symbols, tracepoints, securityModules } = profile;
  const facts = [
    "BTF",
    ...(modules === undefined ? [] : [`${modules.length} modules`]),
    ...(config === undefined ? [] : ["configuration"]),
    ...(symbols === undefined ? [] : [`${symbols.size} symbols`]),
    ...(tracepoints === undefined ? [] : [`${tracepoints.size} tracepoints`]),
    ...(securityModules === undefined ? [] : ["security modules"]),
  ];
  return `${name}: ${facts.join(", ")}\n`;
}

function knownTone(cell: string): Tone {
  return cell === "known" ? "ok" : "warn";
}

/** Kernels as a table. */
export function kernelTable(kernels: readonly StoredKernel[], options: TableOptions): string {
  const columns: Column[] = [
    { header: "NAME", least: 12 },
    { header: "RELEASE", least: 12 },
    { header: "MODULES", rank: 4 },
    { header: "CONFIG", rank: 2, tone: knownTone },
    { header: "SYMBOLS", rank: 3, tone: knownTone },
    { header: "SIZE", rank: 1 },
  ];
  const rows = kernels.map(({ name, release, modules, hasConfig, hasSymbols, size }) => [
    name,
    release === "" ? "unknown" : release,
    modules === null ? "unknown" : String(modules),
    hasConfig ? "known" : "unknown",
    hasSymbols ? "known" : "unknown",
    `${(size / 1e6).toFixed(1)} MB`,
  ]);
  return renderTable(columns, rows, options);
}

/** Kernels as plain data. */
export function kernelsJson(kernels: readonly StoredKernel[]): KernelsJson {
  return {
    kernels: kernels.map(({ name, release, modules, hasConfig, hasSymbols, size }) => ({
      name,
      release,
      modules,
      has_config: hasConfig,
      has_symbols: hasSymbols,
      size,
    })),
  };
}
