/**
 * Checks of the kernel and its settings.
 *
 * @module
 */
import { aside, bad, checksOf, type Finding, fine, isAtLeast, open, warn } from "../check.ts";
import type { DoctorFacts, KernelFacts } from "../facts.ts";
import { isSysfsMissing, MOUNT_SYSFS } from "../sysfs.ts";
import type { Check } from "../types.ts";

/** Links on interfaces, which everything else is built on. */
const OLDEST = "5.9";
/** The oldest kernel that the tests run on. */
const TESTED = "6.1";
/** Since then memory of BPF is counted by cgroups. */
const NO_MEMORY_LOCK = "5.11";
const WANTED_MEMORY_LOCK = 64 * 1024 * 1024;

/** Options without which much is missing. */
const OPTIONS = [
  "CONFIG_BPF_SYSCALL",
  "CONFIG_BPF_JIT",
  "CONFIG_BPF_EVENTS",
  "CONFIG_CGROUP_BPF",
  "CONFIG_DEBUG_INFO_BTF",
  "CONFIG_KPROBES",
  "CONFIG_NET_CLS_BPF",
  "CONFIG_NET_SCH_INGRESS",
  "CONFIG_UPROBE_EVENTS",
] as const;

function release({ release, architecture }: KernelFacts): Finding {
  const found = `Linux ${release}, ${architecture}`;
  if (!isAtLeast(release, OLDEST)) {
    return bad(found, `Linux ${TESTED} or newer`, `Start Linux ${TESTED} or newer`);
  }
  return isAtLeast(release, TESTED)
    ? fine(found)
    : warn(`${found}, which is not tested`, `Linux ${TESTED} or newer`);
}

function btf(kernel: KernelFacts): Finding {
  if (kernel.hasBtf) return fine(`of the kernel and ${kernel.btfModules} module(s)`);
  if (isSysfsMissing(kernel)) {
    return warn("hidden: sysfs is not mounted", "/sys/kernel/btf/vmlinux", MOUNT_SYSFS);
  }
  return warn(
    "none",
    "/sys/kernel/btf/vmlinux",
    "Use a kernel with CONFIG_DEBUG_INFO_BTF=y, or load with --btf FILE",
  );
}

function config({ config, release }: KernelFacts): Finding {
  if (config === null) {
    return open("shown nowhere", `Install the package that has /boot/config-${release}`);
  }
  const off = OPTIONS.filter((name) => !config.has(name));
  if (off.length === 0) return fine(`${OPTIONS.length} options that matter are on`);
  return warn(
    `off: ${off.join(", ")}`,
    off.map((name) => `${name}=y`).join(", "),
    "Use a kernel that has them",
  );
}

function jit({ settings: { jitEnable, jitHarden } }: KernelFacts, uid: number): Finding {
  if (jitEnable === null && uid !== 0) {
    return open("net.core.bpf_jit_enable is hidden from this user", "sudo bpfman doctor");
  }
  // only the first network namespace has the setting
  if (jitEnable === null) {
    const hint = "nsenter --net=/proc/1/ns/net bpfman doctor";
    return open("this network namespace has no net.core.bpf_jit_enable", hint);
  }
  if (jitEnable === 0) {
    return warn("off: programs are interpreted", "on", "sysctl -w net.core.bpf_jit_enable=1");
  }
  return fine(jitHarden === null || jitHarden === 0 ? "on" : `on, hardened (${jitHarden})`);
}

function unprivileged({ settings: { unprivilegedDisabled } }: KernelFacts): Finding {
  if (unprivilegedDisabled === null) return open("the setting is hidden or absent");
  if (unprivilegedDisabled !== 0) return fine("only for those with CAP_BPF");
  return warn(
    "every user may load some programs",
    "only those with CAP_BPF",
    "sysctl -w kernel.unprivileged_bpf_disabled=2",
  );
}

function lockdown({ lockdown }: KernelFacts): Finding {
  if (lockdown === null) return open("nothing tells it: no securityfs, or it is not built in");
  if (lockdown !== "confidentiality") return fine(lockdown);
  return warn(
    "confidentiality: probes may not read memory of the kernel",
    "integrity or none",
    "Start with lockdown=integrity on the kernel's command line",
  );
}

function modules({ securityModules }: KernelFacts): Finding {
  return securityModules === null
    ? open("hidden", "mount -t securityfs securityfs /sys/kernel/security")
    : fine(securityModules.join(", "));
}

function perf({ settings: { perfParanoid } }: KernelFacts, permitted: ReadonlySet<string>) {
  if (perfParanoid === null) return open("the setting is hidden or absent");
  const found = `kernel.perf_event_paranoid is ${perfParanoid}`;
  const needed = perfParanoid > 2 ? "CAP_SYS_ADMIN" : "CAP_PERFMON";
  const isMet = perfParanoid < 0 || permitted.has("CAP_SYS_ADMIN") || permitted.has(needed);
  return isMet ? fine(found) : warn(found, `${needed} for probes and perf events`);
}

function pointers({ settings: { kptrRestrict } }: KernelFacts): Finding {
  if (kptrRestrict === null) return open("the setting is hidden or absent");
  const found = `kernel.kptr_restrict is ${kptrRestrict}`;
  if (kptrRestrict < 2) return fine(found);
  return warn(
    `${found}: offsets of kprobes cannot be checked`,
    "0 or 1",
    "sysctl -w kernel.kptr_restrict=1",
  );
}

function memoryLock({ release, memoryLock }: KernelFacts): Finding {
  if (isAtLeast(release, NO_MEMORY_LOCK)) {
    return aside(`no limit since Linux ${NO_MEMORY_LOCK}: cgroups count the memory`);
  }
  if (memoryLock === null) return open("hidden");
  const found = `${memoryLock} bytes`;
  return memoryLock >= WANTED_MEMORY_LOCK
    ? fine(found)
    : warn(found, "no limit", "ulimit -l unlimited");
}

function bpffs({ fileSystems, mounts }: KernelFacts): Finding {
  if (fileSystems !== null && !fileSystems.includes("bpf")) {
    return bad("the kernel has none", "a kernel that pins BPF objects", "Use one with BPF_SYSCALL");
  }
  const points = mounts?.filter(({ type }) => type === "bpf").map(({ point }) => point) ?? [];
  if (points.includes("/sys/fs/bpf")) return fine(`mounted at ${points.join(", ")}`);
  return warn(
    "not mounted at /sys/fs/bpf, which libxdp and other tools use",
    "mounted",
    "mount -t bpf bpf /sys/fs/bpf",
  );
}

function cgroups({ mounts }: KernelFacts): Finding {
  const mount = mounts?.find(({ type }) => type === "cgroup2");
  if (mounts === null) return open("mounts are hidden");
  if (mount !== undefined) return fine(`version 2 at ${mount.point}`);
  return warn("no version 2", "mounted", "mount -t cgroup2 cgroup2 /sys/fs/cgroup");
}

function tracefs({ hasTracefs }: KernelFacts, uid: number): Finding {
  if (hasTracefs) return fine("mounted");
  if (uid !== 0) return open("not mounted, or hidden from this user", "sudo bpfman doctor");
  return warn("not mounted", "mounted", "mount -t tracefs tracefs /sys/kernel/tracing");
}

/** Checks of the kernel. */
export function kernelChecks({ kernel, caller }: DoctorFacts): Check[] {
  const check = checksOf("kernel");
  return [
    check("release", "Release", release(kernel)),
    check("btf", "BTF", btf(kernel)),
    check("config", "Configuration", config(kernel)),
    check("jit", "JIT compiler", jit(kernel, caller.uid)),
    check("unprivileged", "BPF of other users", unprivileged(kernel)),
    check("lockdown", "Lockdown", lockdown(kernel)),
    check("lsm", "Security modules", modules(kernel)),
    check("perf", "Perf events", perf(kernel, caller.permitted)),
    check("kptr", "Addresses of the kernel", pointers(kernel)),
    check("memlock", "Limit of locked memory", memoryLock(kernel)),
    check("bpffs", "BPF file system", bpffs(kernel)),
    check("cgroup2", "Cgroups", cgroups(kernel)),
    check("tracefs", "Tracefs", tracefs(kernel, caller.uid)),
  ];
}
