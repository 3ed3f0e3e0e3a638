/**
 * Facts of the kernel that runs.
 *
 * @module
 */
import type { Survey } from "../../../ffi/survey_types.ts";
import { BTF_FOLDER, configOf, TRACEFS_FOLDERS } from "../../facts/capture.ts";
import type { KernelFacts, KernelSettings, MountFacts, ProbeFacts } from "../facts.ts";
import { PROGRAM_KINDS } from "../../program/kinds.ts";
import { PROGRAM_TYPES, type ProgramType } from "../../types/words.ts";
import { namesOrNone, numberOrNull, type ShownFiles, textOrNull } from "./texts.ts";

/** What is asked. */
export interface KernelSources {
  readonly files: ShownFiles;
  readonly host: { readonly release: string };
  readonly survey: Survey;
}

const DEVICES = "/sys/bus/event_source/devices";
const EXTENSION = 28;
/** `enum bpf_attach_type`: the first call of cgroup_sock_addr, TCX ingress, netkit's primary end. */
const AttachType = { CONNECT4: 10, TCX_INGRESS: 46, NETKIT_PRIMARY: 54 } as const;
/** The loopback interface has this index in every namespace. */
const LOOPBACK = 1;

function settingsOf(files: ShownFiles): KernelSettings {
  const number = (name: string) => numberOrNull(files, `/proc/sys/${name}`);
  return {
    jitEnable: number("net/core/bpf_jit_enable"),
    jitHarden: number("net/core/bpf_jit_harden"),
    unprivilegedDisabled: number("kernel/unprivileged_bpf_disabled"),
    perfParanoid: number("kernel/perf_event_paranoid"),
    kptrRestrict: number("kernel/kptr_restrict"),
  };
}

/** Values by option from the text of a configuration; options that are off are left out. */
export function configValues(text: string): Map<string, string> {
  const pairs = [...text.matchAll(/^(CONFIG_\w+)=(.*)$/gm)];
  return new Map(pairs.map(([, name = "", value = ""]) => [name, value]));
}

/** Mounts from the text of mountinfo (proc_pid_mountinfo(5)). */
export function mountsFrom(text: string): MountFacts[] {
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const [before = "", after = ""] = line.split(" - ");
    const [, , , , point = "", options = ""] = before.split(" ");
    const [type = "", , superOptions = ""] = after.split(" ");
    const isReadOnly = [options, superOptions].some((words) => words.split(",").includes("ro"));
    return { point: point.replaceAll("\\040", " "), type, isReadOnly };
  });
}

/** The active mode in a text such as `[none] integrity confidentiality`. */
function chosen(text: string | null): string | null {
  return /\[(\w+)\]/.exec(text ?? "")?.[1] ?? null;
}

function memoryLock(files: ShownFiles): number | null {
  const limit = /^Max locked memory\s+(\S+)/m.exec(textOrNull(files, "/proc/self/limits") ?? "")
    ?.[1];
  if (limit === undefined) return null;
  return limit === "unlimited" ? Infinity : Number(limit);
}

async function configFacts(sources: KernelSources): Promise<Map<string, string> | null> {
  try {
    const text = await configOf(sources);
    return text === undefined ? null : configValues(text);
  } catch {
    // a configuration that cannot be read or unpacked is not known
    return null;
  }
}

function words(text: string | null): string[] | null {
  return text?.trim().split(",").filter((name) => name !== "") ?? null;
}

function fileSystemsFrom(text: string | null): string[] | null {
  return text?.split("\n").map((line) => line.split("\t").at(-1) ?? "") ?? null;
}

/** Facts of the kernel. */
export async function kernelFacts(sources: KernelSources): Promise<KernelFacts> {
  const { files, host, survey } = sources;
  const mountinfo = textOrNull(files, "/proc/self/mountinfo");
  const mounts = mountinfo === null ? null : mountsFrom(mountinfo);
  return {
    release: host.release,
    architecture: Deno.build.arch,
    hasBtf: files.exists(`${BTF_FOLDER}/vmlinux`),
    btfModules: namesOrNone(files, BTF_FOLDER).filter((name) => name !== "vmlinux").length,
    settings: settingsOf(files),
    config: await configFacts(sources),
    lockdown: chosen(textOrNull(files, "/sys/kernel/security/lockdown")),
    securityModules: words(textOrNull(files, "/sys/kernel/security/lsm")),
    mounts,
    fileSystems: fileSystemsFrom(textOrNull(files, "/proc/filesystems")),
    hasKprobes: files.exists(`${DEVICES}/kprobe/type`),
    hasUprobes: files.exists(`${DEVICES}/uprobe/type`),
    // only root looks inside
    hasTracefs: TRACEFS_FOLDERS.some((folder) => files.exists(`${folder}/events`)) ||
      mounts?.some(({ type }) => type === "tracefs") === true,
    landlockAbi: survey.landlockAbi(),
    hasSeccomp: files.exists("/proc/sys/kernel/seccomp/actions_avail"),
    memoryLock: memoryLock(files),
  };
}

/** Types that mean the same to the kernel are asked for once. */
function loadErrnos(survey: Survey): Record<ProgramType, number> {
  const asked = new Map<string, number>();
  const pairs = PROGRAM_TYPES.map((type): [ProgramType, number] => {
    const kind = PROGRAM_KINDS[type];
    const attachType = type === "cgroup_sock_addr" ? AttachType.CONNECT4 : kind.expectedAttachType;
    const key = `${kind.type}/${attachType}`;
    const errno = asked.get(key) ?? survey.loadErrno(kind.type, attachType);
    asked.set(key, errno);
    return [type, errno];
  });
  return Object.fromEntries(pairs) as Record<ProgramType, number>;
}

/** The kernel's own answers. */
export function probeFacts(survey: Survey): ProbeFacts {
  return {
    loads: loadErrnos(survey),
    extension: survey.loadErrno(EXTENSION, 0),
    tcx: survey.queryErrno(LOOPBACK, AttachType.TCX_INGRESS),
    netkit: survey.queryErrno(LOOPBACK, AttachType.NETKIT_PRIMARY),
  };
}
