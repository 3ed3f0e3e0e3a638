/**
 * A profile of the running kernel from its files.
 *
 * @module
 */
import { type KernelProfile, makeProfile } from "../../bytecode-tools/kernel/profile.ts";

/** The text of a file, undefined when there is none or it must not be read. */
function textOf(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

/** The kernel's configuration: packed in /proc, or beside the kernel. */
async function configText(release: string): Promise<string | undefined> {
  try {
    const packed = Deno.readFileSync("/proc/config.gz");
    const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return await new Response(plain).text();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return textOf(`/boot/config-${release}`);
  }
}

/** Everything that this machine tells about its kernel. */
export async function hostProfile(): Promise<KernelProfile> {
  const release = Deno.osRelease();
  const config = await configText(release);
  const symbols = textOf("/proc/kallsyms");
  const tracepoints = textOf("/sys/kernel/tracing/available_events");
  const securityModules = textOf("/sys/kernel/security/lsm");
  const modules = [...Deno.readDirSync("/sys/kernel/btf")]
    .filter(({ name }) => name !== "vmlinux")
    .map(({ name }) => ({ name, btf: Deno.readFileSync(`/sys/kernel/btf/${name}`) }));
  return makeProfile({
    name: "host",
    release,
    btf: Deno.readFileSync("/sys/kernel/btf/vmlinux"),
    modules,
    ...(config !== undefined && { config }),
    ...(symbols !== undefined && { symbols }),
    ...(tracepoints !== undefined && { tracepoints }),
    ...(securityModules !== undefined && { securityModules }),
  });
}
