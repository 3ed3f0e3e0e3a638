/**
 * What stands against an object as a whole: maps, symbols and configuration values, which libbpf
 * wants before any program is loaded.
 *
 * @module
 */
import { BtfKind } from "../btf/kinds.ts";
import type { CoreReport } from "../inspector/core.ts";
import type { GatedObject } from "../object/gate.ts";
import type { ExternFacts, MapFacts } from "../inspector/object_facts.ts";
import type { VerdictKernel } from "./kernel.ts";
import type { Reason } from "./types.ts";

/** Maps that may be declared without a size: the kernel or libbpf gives them one. */
const SIZELESS: ReadonlySet<string> = new Set(
  `perf_event_array sk_storage inode_storage task_storage cgrp_storage cgroup_storage
   percpu_cgroup_storage struct_ops`.split(/\s+/),
);

function mapReasons(object: GatedObject, map: MapFacts, kernel: VerdictKernel): Reason[] {
  const { mapTypes } = kernel.facts;
  const type = map.type ?? `${map.typeId}`;
  if (!map.isAutocreated) return [];
  if (mapTypes.size > 0 && !mapTypes.has(map.typeId)) {
    const text = `The kernel has no maps of type ${type}, as "${map.name}" is`;
    return [{ answer: "rejected", code: "map-type-absent", text }];
  }
  if (map.maxEntries === 0 && !SIZELESS.has(type)) {
    const text = `Map "${map.name}" has no size: it must be given when loading`;
    return [{ answer: "depends", code: "map-size", text }];
  }
  return type === "struct_ops" ? structOpsReasons(object, map, kernel) : [];
}

function structOpsReasons(object: GatedObject, map: MapFacts, kernel: VerdictKernel): Reason[] {
  const struct = object.btf?.name(map.structOpsTypeId).replace(/___.*$/, "") ?? "";
  if (struct === "" || kernel.has(`bpf_struct_ops_${struct}`, BtfKind.STRUCT)) return [];
  const isOpen = kernel.hasUnknownModules;
  const text = `The kernel has no struct_ops "${struct}", as "${map.name}" is` +
    (isOpen ? "; a module may, whose BTF is not in the profile" : "");
  return [{ answer: isOpen ? "depends" : "rejected", code: "struct-ops-absent", text }];
}

/** The symbol is not there: that alone is no harm to a weak one. */
const ESRCH = 3;

function externReasons(extern: ExternFacts, kernel: VerdictKernel): Reason[] {
  const { name, kind, isSet, isWeak, typeId, kernelTypeId = 0 } = extern;
  if (kernelTypeId < 0 && kernelTypeId !== -ESRCH) {
    const text = `The kernel's ${kind} "${name}" has another type than the object declares`;
    return [{ answer: "rejected", code: "symbol-type", text }];
  }
  if (isSet || isWeak) return [];
  if (kind === "kconfig") {
    if (kernel.config === undefined) {
      const text = `It needs the kernel's ${name}, and the profile has no configuration`;
      return [{ answer: "depends", code: "config", text }];
    }
    const text = `The kernel's configuration has no ${name}`;
    return [{ answer: "rejected", code: "config-absent", text }];
  }
  if (kind === "variable" && (typeId ?? 0) === 0) return symbolReasons(name, kernel);
  if (kernel.hasUnknownModules) {
    const text =
      `The kernel has no ${kind} "${name}"; a module may, whose BTF is not in the profile`;
    return [{ answer: "depends", code: "module-btf", text }];
  }
  return [{
    answer: "rejected",
    code: "symbol-absent",
    text: `The kernel has no ${kind} "${name}"`,
  }];
}

/** Symbols without a type are looked up in kallsyms. */
function symbolReasons(name: string, kernel: VerdictKernel): Reason[] {
  const { symbols } = kernel.profile;
  if (symbols === undefined) {
    const text = `It needs the kernel's symbol "${name}", and the profile has no list of symbols`;
    return [{ answer: "depends", code: "symbols", text }];
  }
  if (symbols.has(name)) return [];
  return [{
    answer: "rejected",
    code: "symbol-absent",
    text: `The kernel has no symbol "${name}"`,
  }];
}

/**
 * What stands against all programs of an object.
 *
 * @param object The object.
 * @param report libbpf's report.
 * @param kernel The kernel.
 */
export function objectReasons(
  object: GatedObject,
  report: CoreReport,
  kernel: VerdictKernel,
): Reason[] {
  return [
    ...report.facts.maps.flatMap((map) => mapReasons(object, map, kernel)),
    ...report.externs.flatMap((extern) => externReasons(extern, kernel)),
  ];
}
