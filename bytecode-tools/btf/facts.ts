/**
 * What a kernel's BTF says about its BPF: helpers, types of programs and maps, hooks, kernel
 * functions. It holds for patched distribution kernels, whose version numbers say little.
 *
 * @module
 */
import type { Btf } from "./btf.ts";
import { BtfKind } from "./kinds.ts";

/** Numbered lists of a kernel's BTF: quick to read. */
export interface BtfNumbers {
  /** Number of the highest helper; 0 when the BTF does not tell. */
  readonly lastHelper: number;
  /** Types of programs, such as `sched_cls`, by number. */
  readonly programTypes: ReadonlyMap<number, string>;
  /** Types of maps, such as `ringbuf`, by number. */
  readonly mapTypes: ReadonlyMap<number, string>;
  /** Attach types, such as `tcx_ingress`, by number. */
  readonly attachTypes: ReadonlyMap<number, string>;
}

/** Facts of a kernel's BTF. */
export interface BtfFacts extends BtfNumbers {
  /** Functions that programs may call, sorted. */
  readonly kfuncs: readonly string[];
  /** Tracepoints with BTF, sorted. */
  readonly tracepoints: readonly string[];
  /** LSM hooks, sorted. */
  readonly lsmHooks: readonly string[];
  /** Structs that programs may implement, such as `tcp_congestion_ops`, sorted. */
  readonly structOps: readonly string[];
}

const SENTINEL = /^(?:__|MAX_)/;

const ENUMS = ["bpf_func_id", "bpf_prog_type", "bpf_map_type", "bpf_attach_type"] as const;
type EnumName = typeof ENUMS[number];

/** The enumerations by name: a walk, as an index of all names takes longer than it saves here. */
function findEnums(btf: Btf): Map<string, number> {
  const found = new Map<string, number>();
  for (let id = 1; id < btf.end && found.size < ENUMS.length; id++) {
    if (btf.kind(id) !== BtfKind.ENUM) continue;
    const name = btf.name(id);
    if (ENUMS.some((wanted) => wanted === name) && !found.has(name)) found.set(name, id);
  }
  return found;
}

/** Names of an enumeration without its prefix, in lower case, by number. */
function enumNames(btf: Btf, id: number, prefix: string): Map<number, string> {
  const names = new Map<number, string>();
  if (id === 0) return names;
  for (const { name: constant, value } of btf.enumerators(id)) {
    if (SENTINEL.test(constant) || !constant.startsWith(prefix)) continue;
    // deprecated names stand beside new ones of the same number
    if (!names.has(Number(value))) {
      names.set(Number(value), constant.slice(prefix.length).toLowerCase());
    }
  }
  return names;
}

/** Attach types have names without a common beginning. */
function attachTypes(btf: Btf, id: number): Map<number, string> {
  const names = enumNames(btf, id, "BPF_");
  for (const { name, value } of id === 0 ? [] : btf.enumerators(id)) {
    if (!SENTINEL.test(name) && !names.has(Number(value))) {
      names.set(Number(value), name.toLowerCase());
    }
  }
  return names;
}

const TRACE_PREFIX = "btf_trace_";
const LSM_PREFIX = "bpf_lsm_";
const STRUCT_OPS_PREFIX = "bpf_struct_ops_";

interface Lists {
  readonly kfuncs: Set<string>;
  readonly tracepoints: Set<string>;
  readonly lsmHooks: Set<string>;
  readonly structOps: Set<string>;
}

function addType(btf: Btf, id: number, lists: Lists): void {
  switch (btf.kind(id)) {
    case BtfKind.DECL_TAG:
      if (btf.name(id) === "bpf_kfunc" && btf.kind(btf.ref(id)) === BtfKind.FUNC) {
        lists.kfuncs.add(btf.name(btf.ref(id)));
      }
      return;
    case BtfKind.TYPEDEF: {
      const name = btf.name(id);
      if (name.startsWith(TRACE_PREFIX)) lists.tracepoints.add(name.slice(TRACE_PREFIX.length));
      return;
    }
    case BtfKind.FUNC: {
      const name = btf.name(id);
      if (name.startsWith(LSM_PREFIX)) lists.lsmHooks.add(name.slice(LSM_PREFIX.length));
      return;
    }
    case BtfKind.STRUCT: {
      const name = btf.name(id);
      if (name.startsWith(STRUCT_OPS_PREFIX)) {
        lists.structOps.add(name.slice(STRUCT_OPS_PREFIX.length));
      }
    }
  }
}

/** Reads the numbered lists. */
export function btfNumbers(btf: Btf): BtfNumbers {
  const ids = findEnums(btf);
  const idOf = (name: EnumName) => ids.get(name) ?? 0;
  const helpers = enumNames(btf, idOf("bpf_func_id"), "BPF_FUNC_");
  return {
    lastHelper: Math.max(0, ...helpers.keys()),
    programTypes: enumNames(btf, idOf("bpf_prog_type"), "BPF_PROG_TYPE_"),
    mapTypes: enumNames(btf, idOf("bpf_map_type"), "BPF_MAP_TYPE_"),
    attachTypes: attachTypes(btf, idOf("bpf_attach_type")),
  };
}

/**
 * Reads all facts, in a walk over all types.
 *
 * @param btf BTF of a kernel.
 */
export function btfFacts(btf: Btf): BtfFacts {
  const lists: Lists = {
    kfuncs: new Set(),
    tracepoints: new Set(),
    lsmHooks: new Set(),
    structOps: new Set(),
  };
  for (let id = 1; id < btf.end; id++) addType(btf, id, lists);
  return {
    ...btfNumbers(btf),
    kfuncs: [...lists.kfuncs].sort(),
    tracepoints: [...lists.tracepoints].sort(),
    lsmHooks: [...lists.lsmHooks].sort(),
    structOps: [...lists.structOps].sort(),
  };
}
