/**
 * The facts of the kernel that runs, as far as this user may read them.
 *
 * @module
 */
import { type KernelProfile, makeProfile } from "../../bytecode-tools/kernel/profile.ts";
import type { KernelFiles } from "../../ffi/mod.ts";
import { BpfmanError } from "../errors.ts";

/** What of the kernel is needed. */
export interface FactSources {
  readonly files: Pick<KernelFiles, "readBytes" | "readText" | "list" | "exists">;
  readonly host: { readonly release: string };
}

/** Where the kernel shows BTF of itself and its modules. */
export const BTF_FOLDER = "/sys/kernel/btf";
/** Where tracefs is mounted, in the order of preference. */
export const TRACEFS_FOLDERS = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"] as const;

/** A text when it can be read; facts that are missing make answers depend on them. */
function textOf(files: FactSources["files"], path: string): string | undefined {
  try {
    return files.exists(path) ? files.readText(path) : undefined;
  } catch {
    // without the privilege the fact stays unknown
    return undefined;
  }
}

async function gunzip(bytes: Uint8Array): Promise<string> {
  const source = new Blob([new Uint8Array(bytes)]).stream();
  return await new Response(source.pipeThrough(new DecompressionStream("gzip"))).text();
}

/** Text of the kernel's configuration, undefined when it is not there or not shown. */
export async function configOf({ files, host }: FactSources): Promise<string | undefined> {
  if (files.exists("/proc/config.gz")) return await gunzip(files.readBytes("/proc/config.gz"));
  return textOf(files, `/boot/config-${host.release}`) ??
    textOf(files, `/usr/lib/modules/${host.release}/config`);
}

function tracepointsOf(files: FactSources["files"]): string | undefined {
  const texts = TRACEFS_FOLDERS.map((folder) => textOf(files, `${folder}/available_events`));
  return texts.find((text) => text !== undefined);
}

/**
 * Captures the facts of the kernel that runs.
 *
 * @param sources The kernel's files.
 * @param name What reports call it. @default its release
 * @throws {BpfmanError} When the kernel has no BTF, or shows it to nobody.
 */
export async function captureFacts(sources: FactSources, name?: string): Promise<KernelProfile> {
  const { files, host: { release } } = sources;
  if (!files.exists(`${BTF_FOLDER}/vmlinux`)) {
    throw new BpfmanError("Cannot take a snapshot: this kernel shows no BTF", {
      code: "no-kernel-btf",
      hint: "It must be built with CONFIG_DEBUG_INFO_BTF=y",
    });
  }
  const config = await configOf(sources);
  const symbols = textOf(files, "/proc/kallsyms");
  const tracepoints = tracepointsOf(files);
  const securityModules = textOf(files, "/sys/kernel/security/lsm");
  return makeProfile({
    name: name ?? release,
    release,
    btf: files.readBytes(`${BTF_FOLDER}/vmlinux`),
    modules: files.list(BTF_FOLDER).filter((module) => module !== "vmlinux")
      .map((module) => ({ name: module, btf: files.readBytes(`${BTF_FOLDER}/${module}`) })),
    ...(config !== undefined && { config }),
    ...(symbols !== undefined && { symbols }),
    ...(tracepoints !== undefined && { tracepoints }),
    ...(securityModules !== undefined && { securityModules }),
  });
}
