/**
 * What the doctor judges: plain facts, gathered before. `null` stands for what this user could not
 * find out.
 *
 * @module
 */
import type { LibraryFacts } from "../../ffi/survey_types.ts";
import type { ProgramType } from "../types/words.ts";

export type { LibraryFacts };

/** A mounted file system. */
export interface MountFacts {
  readonly point: string;
  /** Such as `bpf` or `cgroup2`. */
  readonly type: string;
  readonly isReadOnly: boolean;
}

/** Numbers below /proc/sys; null when there is no such file or it may not be read. */
export interface KernelSettings {
  /** net.core.bpf_jit_enable */
  readonly jitEnable: number | null;
  /** net.core.bpf_jit_harden */
  readonly jitHarden: number | null;
  /** kernel.unprivileged_bpf_disabled */
  readonly unprivilegedDisabled: number | null;
  /** kernel.perf_event_paranoid */
  readonly perfParanoid: number | null;
  /** kernel.kptr_restrict */
  readonly kptrRestrict: number | null;
}

/** The kernel that runs. */
export interface KernelFacts {
  readonly release: string;
  readonly architecture: string;
  /** False without BTF of the kernel. */
  readonly hasBtf: boolean;
  /** Modules that show BTF. */
  readonly btfModules: number;
  readonly settings: KernelSettings;
  /** Values of the configuration, such as `y`, by names such as `CONFIG_BPF`. */
  readonly config: ReadonlyMap<string, string> | null;
  /** Such as `none` or `integrity`; null when nothing tells it. */
  readonly lockdown: string | null;
  /** Active security modules. */
  readonly securityModules: readonly string[] | null;
  readonly mounts: readonly MountFacts[] | null;
  /** Types of file systems that the kernel knows. */
  readonly fileSystems: readonly string[] | null;
  /** True when perf can place probes in the kernel, and in files. */
  readonly hasKprobes: boolean;
  readonly hasUprobes: boolean;
  readonly hasTracefs: boolean;
  /** 0 for none. */
  readonly landlockAbi: number;
  readonly hasSeccomp: boolean;
  /** RLIMIT_MEMLOCK of this process in bytes, `Infinity` for none. */
  readonly memoryLock: number | null;
}

/** Answers of the kernel to questions that change nothing: 0, or the error number. */
export interface ProbeFacts {
  /** Loading the smallest program of each type; without a target where one is needed. */
  readonly loads: Readonly<Record<ProgramType, number>>;
  /** The same of an extension, which chains of the engine freplace are made of. */
  readonly extension: number;
  /** Asking the loopback interface for its TCX and netkit programs. */
  readonly tcx: number;
  readonly netkit: number;
}

/** Who asks. */
export interface CallerFacts {
  readonly uid: number;
  readonly effective: ReadonlySet<string>;
  /** What can be raised: file capabilities often are not effective by themselves. */
  readonly permitted: ReadonlySet<string>;
  readonly bounding: ReadonlySet<string>;
  readonly ambient: ReadonlySet<string>;
  readonly noNewPrivs: boolean;
  readonly seccompFilters: number;
  /** False in a user namespace, where capabilities do not count for BPF. */
  readonly isFirstUserNamespace: boolean;
  /** What this seems to be in, such as `docker`; null for none. */
  readonly container: string | null;
  /** True when a hypervisor is below. */
  readonly isVirtual: boolean;
}

/** Bits of a mode that let others write; nothing of ours has them. */
export const WRITABLE_BY_OTHERS = 0o022;

/** A directory of ours. */
export interface DirectoryFacts {
  readonly path: string;
  /** `hidden` when it may not be looked at. */
  readonly state: "there" | "absent" | "hidden" | "no-directory";
  readonly uid: number | null;
  /** Bits of the mode. */
  readonly mode: number | null;
  readonly freeBytes: number | null;
  readonly isReadOnly: boolean;
}

/** Units of systemd. */
export interface UnitFacts {
  /** True when systemd runs. */
  readonly isSystemd: boolean;
  readonly restore: "absent" | "installed" | "enabled";
  /** Applications that were made here and would be brought back at the next start. */
  readonly applications: number;
}

/** What is kept on this machine. */
export interface StateFacts {
  readonly runtime: DirectoryFacts;
  /** The runtime directory's own bpffs; `open` when everybody may make files in it. */
  readonly bpffs: "mounted" | "read-only" | "open" | "absent";
  readonly data: DirectoryFacts;
  /** Images in the store, or why it cannot be read. */
  readonly images: number | { readonly failure: string } | null;
  readonly units: UnitFacts;
}

/** The trusted root of signatures. */
export type TrustFacts =
  | {
    readonly origin: "embedded" | "update";
    readonly ageDays: number;
    /** Kinds of members of which none counts today. */
    readonly expired: readonly string[];
  }
  | { readonly failure: string };

/** Everything about the machine. */
export interface MachineFacts {
  readonly kernel: KernelFacts;
  readonly probes: ProbeFacts;
  readonly libbpf: LibraryFacts;
  readonly libxdp: LibraryFacts;
  /** Where libxdp's dispatcher is, null when it is not there. */
  readonly libxdpDispatcher: string | null;
  readonly caller: CallerFacts;
  readonly state: StateFacts;
  readonly trust: TrustFacts;
}

/** How this program runs. */
export interface RuntimeFacts {
  readonly version: string;
  readonly deno: string;
  /** Such as `source` or `single-file`; null when nothing tells it. */
  readonly builder: string | null;
  /** True when Deno KV can be used in this process. */
  readonly hasKv: boolean;
  /** Permissions of Deno that this process has in part or not at all, such as `ffi`. */
  readonly narrowed: readonly string[];
}

/** A file of settings. */
export interface SettingsFacts {
  readonly path: string;
  readonly state: "valid" | "absent" | "invalid";
  /** What is wrong with it, or with parts of it. */
  readonly messages: readonly string[];
  readonly hint: string | null;
}

/** What `status` says. */
export type StatusFacts =
  | {
    readonly programs: number;
    readonly links: number;
    /** Messages of differences. */
    readonly drift: readonly string[];
    readonly notes: readonly string[];
    /** Who changes something at this moment, null for nobody. */
    readonly holder: { readonly pid: number; readonly verb: string; readonly since: string } | null;
  }
  | { readonly failure: string };

/** Everything that is judged; what is left out is not looked at. */
export interface DoctorFacts extends MachineFacts {
  readonly status: StatusFacts;
  readonly runtime?: RuntimeFacts;
  readonly configuration?: SettingsFacts;
  readonly policy?: SettingsFacts;
}
