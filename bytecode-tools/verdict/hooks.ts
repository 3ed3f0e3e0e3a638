/**
 * What a program's type and attach point ask of a kernel.
 *
 * @module
 */
import { BtfKind } from "../btf/kinds.ts";
import { isGplCompatible } from "../object/licenses.ts";
import type { ProgramFacts } from "../inspector/object_facts.ts";
import type { VerdictKernel } from "./kernel.ts";
import type { Reason } from "./types.ts";

/** What is found about a hook. */
export interface HookFindings {
  readonly reasons: readonly Reason[];
  readonly remarks: readonly string[];
}

/**
 * Hooks that BPF may not use since Linux 6.12 (bpf_lsm_disabled_hooks in kernel/bpf/bpf_lsm.c,
 * commit 28ead3eaabc1).
 */
const DISABLED_LSM_HOOKS: ReadonlySet<string> = new Set(
  `vm_enough_memory inode_need_killpriv inode_getsecurity inode_listsecurity
   inode_copy_up_xattr getselfattr getprocattr setprocattr key_getsecurity audit_rule_match
   ismaclabel`.split(/\s+/),
);
const DISABLED_SINCE = 6 << 16 | 12 << 8;

/** A target that BTF must have: as a function, or as a type with a prefix. */
function btfTarget(
  program: ProgramFacts,
): { name: string; kind: number; module?: string } | undefined {
  const { attachTarget, attachType } = program;
  if (attachTarget === undefined || attachTarget === "") return undefined;
  switch (attachType) {
    case "trace_raw_tp":
      return { name: `btf_trace_${attachTarget}`, kind: BtfKind.TYPEDEF };
    case "lsm_mac":
    case "lsm_cgroup":
      return { name: `bpf_lsm_${attachTarget}`, kind: BtfKind.FUNC };
    case "trace_iter":
      return { name: `bpf_iter_${attachTarget}`, kind: BtfKind.FUNC };
  }
  const [first = "", second] = attachTarget.split(":");
  if (second === undefined) return { name: first, kind: BtfKind.FUNC };
  return { name: second, kind: BtfKind.FUNC, module: first };
}

function targetReasons(program: ProgramFacts, kernel: VerdictKernel): Reason[] {
  if (!program.isAttachedByBtf || program.type === "struct_ops") return [];
  if (program.type === "ext") {
    const text = "It replaces a function of another program, which must be given when loading";
    return [{ answer: "depends", code: "target-program", text }];
  }
  const target = btfTarget(program);
  if (target === undefined) {
    const text = "Its section names no target: it must be given when loading";
    return [{ answer: "depends", code: "target-missing", text }];
  }
  const { name, kind, module } = target;
  if (kernel.has(name, kind, module)) return lsmReasons(program, kernel);
  if (kernel.hasUnknownModules && kind === BtfKind.FUNC && !name.startsWith("bpf_")) {
    const text = `The kernel has no "${name}"; a module may, whose BTF is not in the profile`;
    return [{ answer: "depends", code: "module-btf", text }];
  }
  const text = `The kernel has no "${name}" to attach to`;
  return [{ answer: "rejected", code: "target-absent", text }];
}

function lsmReasons(program: ProgramFacts, kernel: VerdictKernel): Reason[] {
  if (program.type !== "lsm") return [];
  const hook = program.attachTarget ?? "";
  if ((kernel.version ?? 0) >= DISABLED_SINCE && DISABLED_LSM_HOOKS.has(hook)) {
    const text = `Linux keeps the LSM hook "${hook}" from BPF since 6.12`;
    return [{ answer: "rejected", code: "lsm-hook-disabled", text }];
  }
  if (kernel.config !== undefined && kernel.config.get("CONFIG_BPF_LSM") !== "y") {
    const text = "The kernel is built without CONFIG_BPF_LSM";
    return [{ answer: "rejected", code: "lsm-not-built", text }];
  }
  return [];
}

function typeReasons(program: ProgramFacts, kernel: VerdictKernel): Reason[] {
  const { type, typeId, section } = program;
  if (type === undefined || type === "unspec") {
    const text = `The section name "${section}" tells no program type: it must be given`;
    return [{ answer: "depends", code: "type-not-given", text }];
  }
  const { programTypes } = kernel.facts;
  if (programTypes.size === 0 || programTypes.has(typeId)) return refusedTypes(program, kernel);
  return [{
    answer: "rejected",
    code: "type-absent",
    text: `The kernel has no programs of type ${type}`,
  }];
}

/** Types that a kernel knows and refused when it was asked. */
function refusedTypes({ typeId, attachTypeId }: ProgramFacts, kernel: VerdictKernel): Reason[] {
  const refused = kernel.profile.host?.programTypes.find((record) =>
    record.isLoadable === false && record.type === typeId &&
    (record.attachType === 0 || record.attachType === attachTypeId)
  );
  if (refused === undefined) return [];
  const text = `Programs of type ${refused.name} were tried there: ${refused.why ?? "refused"}`;
  return [{ answer: "rejected", code: "type-refused", text }];
}

/** What was missing for a type when the kernel was asked. */
function hostRemarks({ section }: ProgramFacts, kernel: VerdictKernel): string[] {
  const word = section.split(/[./]/)[0] ?? "";
  const record = kernel.profile.host?.programTypes.find(({ name }) => name === word);
  if (record === undefined || record.why === null || record.isLoadable === false) return [];
  return [`Cannot be attached: ${record.why}`];
}

/** Places where programs are attached after loading: they do not hinder it. */
function attachRemarks(program: ProgramFacts, kernel: VerdictKernel): string[] {
  const { type, attachTarget: target, section, attachType, attachTypeId } = program;
  const { symbols, tracepoints, securityModules } = kernel.profile;
  const remarks: string[] = [];
  const isKprobe = /^k(ret)?probe(\.|\/)/.test(section);
  if (isKprobe && target !== undefined && symbols !== undefined) {
    const name = target.split("+")[0] ?? target;
    if (!/[*?]/.test(name) && !symbols.has(name)) {
      remarks.push(`Cannot be attached: the kernel has no symbol "${name}"`);
    }
  }
  if (type === "tracepoint" && target !== undefined && tracepoints !== undefined) {
    if (!tracepoints.has(target)) remarks.push(`Cannot be attached: no tracepoint "${target}"`);
  }
  if (type === "raw_tracepoint" && target !== undefined) {
    if (!kernel.has(`btf_trace_${target}`, BtfKind.TYPEDEF)) {
      remarks.push(`Cannot be attached: no raw tracepoint "${target}" in the BTF`);
    }
  }
  if (type === "lsm" && securityModules !== undefined && !securityModules.includes("bpf")) {
    remarks.push('Has no effect: "bpf" is not among the active security modules (lsm=)');
  }
  const { attachTypes } = kernel.facts;
  if (attachType !== undefined && attachTypes.size > 0 && !attachTypes.has(attachTypeId)) {
    remarks.push(`Cannot be attached: the kernel has no attach type ${attachType}`);
  }
  return remarks;
}

/**
 * What a program's type, target and licence ask of a kernel.
 *
 * @param program libbpf's facts of the program.
 * @param license The object's licence.
 * @param kernel The kernel.
 */
export function hookFindings(
  program: ProgramFacts,
  license: string,
  kernel: VerdictKernel,
): HookFindings {
  const reasons = [...typeReasons(program, kernel), ...targetReasons(program, kernel)];
  if (program.type === "lsm" && !isGplCompatible(license)) {
    const text = `LSM programs need a GPL-compatible licence: it is "${license}"`;
    reasons.push({ answer: "rejected", code: "license", text });
  }
  const remarks = [...attachRemarks(program, kernel), ...hostRemarks(program, kernel)];
  return { reasons, remarks };
}
