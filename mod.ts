/**
 * bpfman for Deno: loads eBPF programs, attaches them, shows what runs, and takes it away again.
 *
 * As a library, open a manager and use it. As the main module it is the command-line tool:
 * `deno run -A jsr:@bpfman/cli --help`.
 *
 * @example Load, attach, look, and clean up
 * ```ts ignore
 * import { openBpfman } from "@bpfman/cli";
 *
 * await using bpfman = await openBpfman();
 * const [program] = await bpfman.load({
 *   path: "./counter.bpf.o",
 *   programs: [{ type: "xdp", name: "xdp_count" }],
 * });
 * if (program !== undefined) {
 *   const { programId } = program.record;
 *   await bpfman.attach({
 *     programId,
 *     target: { kind: "xdp", interface: "eth0", priority: 50 },
 *   });
 *   console.log(await bpfman.listLinks());
 *   await bpfman.unload(programId);
 * }
 * ```
 *
 * @example Every refusal has a code that stays the same
 * ```ts
 * import { BpfmanError, openBpfman } from "@bpfman/cli";
 * import { ok, strictEqual } from "node:assert/strict";
 *
 * const error = await openBpfman({ runtimeDirectory: "run" }).catch((error: unknown) => error);
 * ok(error instanceof BpfmanError);
 * strictEqual(error.code, "usage");
 * ```
 *
 * @module
 */
import type { Manager } from "./core/api.ts";
import type { DoctorReport } from "./core/doctor/types.ts";
import type { EngineChoice, MapAccess } from "./core/types.ts";

export type * from "./core/api.ts";
export type * from "./core/types.ts";
export type * from "./core/doctor/types.ts";
export type { LinkInfo, MapInfo, ProgramInfo } from "./ffi/kernel.ts";
export type { SourceFacts } from "./core/policy/types.ts";
export type { ImageForm, ImageObject, ImageStatement, PullPolicy } from "./core/image/mod.ts";
export * from "./core/errors.ts";

/** Arguments of {@link openBpfman}. */
export interface OpenOptions {
  /** Absolute path of the runtime directory. @default "/run/bpfman" */
  readonly runtimeDirectory?: string;
  /** How long a change waits for another process, milliseconds; 0 waits for ever. @default 30000 */
  readonly lockTimeoutMs?: number;
  /** Who may use pinned maps besides root. @default nobody */
  readonly mapAccess?: MapAccess;
  /** Engine of a hook that has none yet, where an attach names none. @default "auto" */
  readonly engine?: EngineChoice;
}

/**
 * Imports what is no part of the module graph: Deno reads every module that a literal `import("…")`
 * names, and the command line would wait for files that most commands never use.
 */
function read<T>(path: string): Promise<T> {
  return import(path);
}

/**
 * Opens a manager on this machine's kernel (Linux 6.1 or newer). Nothing is touched before its
 * first call; libraries are opened by the call that needs them.
 *
 * It works in this process and guards nothing: what the command-line tool adds (a jail, policy,
 * signatures, the audit log) is not asked. Whoever calls decides what may be loaded.
 *
 * Needs `--allow-ffi` for libc and libbpf, `--unstable-kv` for calls that change something, and
 * read and write access to the runtime directory.
 *
 * @param options Places and time limits.
 * @returns The manager.
 * @throws {BpfmanError} When the runtime directory is not an absolute path.
 *
 * @example A directory that cannot be one
 * ```ts
 * import { openBpfman } from "@bpfman/cli";
 * import { rejects } from "node:assert/strict";
 *
 * await rejects(openBpfman({ runtimeDirectory: "run" }), /not an absolute path/);
 * ```
 */
export async function openBpfman(options: OpenOptions = {}): Promise<Manager> {
  const { openKernel } = await read<typeof import("./ffi/mod.ts")>("./ffi/mod.ts");
  const { openManager } = await read<typeof import("./core/manager.ts")>("./core/manager.ts");
  return await openManager({ ...options, kernel: openKernel() });
}

/** Arguments of {@link examineHost}. */
export interface ExamineOptions {
  /** Absolute path of the runtime directory. @default "/run/bpfman" */
  readonly runtimeDirectory?: string;
  /** Absolute path of the directory of data that stays. @default "/var/lib/bpfman" */
  readonly dataDirectory?: string;
}

/**
 * Looks at this machine as `bpfman doctor` does: what the kernel can do by program type, what is
 * missing, and what mends it. Nothing is changed, and what this user may not see is `unknown`.
 * Configuration, policy and permissions belong to the command-line tool and are left out.
 *
 * Needs `--allow-ffi` for libc, libbpf and libxdp, and read access to the two directories.
 *
 * @param options Places.
 * @returns What was found.
 *
 * @example Which program types work here
 * ```ts ignore
 * import { examineHost } from "@bpfman/cli";
 *
 * const { programTypes, checks } = await examineHost();
 * const working = programTypes.filter(({ state }) => state === "works");
 * console.log(working.map(({ type }) => type).join(", "));
 * for (const { title, hint } of checks.filter(({ state }) => state === "problem")) {
 *   console.log(`${title}: ${hint}`);
 * }
 * ```
 */
export async function examineHost(options: ExamineOptions = {}): Promise<DoctorReport> {
  const { runtimeDirectory = "/run/bpfman", dataDirectory = "/var/lib/bpfman" } = options;
  const { openKernel } = await read<typeof import("./ffi/mod.ts")>("./ffi/mod.ts");
  const { openSurvey } = await read<typeof import("./ffi/survey.ts")>("./ffi/survey.ts");
  const { examine } = await read<typeof import("./core/doctor/examine.ts")>(
    "./core/doctor/examine.ts",
  );
  await using bpfman = await openBpfman({ runtimeDirectory });
  const sources = { ...openKernel(), survey: openSurvey() };
  return await examine(sources, { runtimeDirectory, dataDirectory }, bpfman);
}

if (import.meta.main) {
  const { runAndExit } = await import("./cli/main.ts");
  await runAndExit();
}
