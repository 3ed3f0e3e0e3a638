/**
 * Kernels to judge by: the running one, and those of the virtual machines, fetched where they are
 * missing.
 *
 * @module
 */
import { readElf } from "../../bytecode-tools/elf/elf.ts";
import { kernelVersionNumber } from "../../bytecode-tools/kernel/kconfig.ts";
import { exists, sha256 } from "../../bytecode-tools/wasm/process.ts";
import { cacheDirectory } from "../../bytecode-tools/wasm/source.ts";
import { ensureKernel } from "../vm/kernels.ts";

/** A kernel's BTF. */
export interface KernelBtf {
  /** Name of the kernel, such as `6.12`, or `host`. */
  readonly name: string;
  readonly version: number;
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const HOST_BTF = "/sys/kernel/btf/vmlinux";
/** The kernels of the tests' virtual machines. */
const VM_KERNELS = ["6.1", "6.12"] as const;
/** Judged by too where somebody has fetched it: its packages come and go with Debian's sid. */
const NEWEST = "7.2";

/** The `.BTF` section of an ELF file. */
export function btfSection(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const section = readElf(bytes).sections.find(({ name }) => name === ".BTF");
  if (section === undefined) throw new Error("Cannot find BTF: the file has no section .BTF");
  return bytes.slice(section.offset, section.offset + section.size);
}

/** Reads a kernel's BTF out of its ELF file once; the copy stays in the cache. */
async function vmBtf(name: string, vmlinux: string): Promise<KernelBtf> {
  const { mtime, size } = await Deno.stat(vmlinux);
  const key = await sha256(new TextEncoder().encode(`${vmlinux} ${mtime?.getTime()} ${size}`));
  const path = `${cacheDirectory()}/wasm/btf-${name}-${key.slice(0, 16)}`;
  if (!await exists(path)) {
    const building = `${path}.${crypto.randomUUID()}`;
    await Deno.writeFile(building, btfSection(await Deno.readFile(vmlinux)));
    await Deno.rename(building, path);
  }
  const version = kernelVersionNumber(name) ?? 0;
  return { name, version, path, bytes: await Deno.readFile(path) };
}

/** The BTF of the running kernel; undefined when it has none. */
export async function hostBtf(): Promise<KernelBtf | undefined> {
  if (!await exists(HOST_BTF)) return undefined;
  const version = kernelVersionNumber(Deno.osRelease()) ?? 0;
  return { name: "host", version, path: HOST_BTF, bytes: await Deno.readFile(HOST_BTF) };
}

/** The kernels of the virtual machines, oldest first; fetched where they are missing. */
export async function vmBtfs(): Promise<KernelBtf[]> {
  const found: KernelBtf[] = [];
  for (const name of VM_KERNELS) found.push(await vmBtf(name, (await ensureKernel(name)).vmlinux));
  const newest = `${cacheDirectory()}/vm/linux-${NEWEST}-1/vmlinux`;
  if (await exists(newest)) found.push(await vmBtf(NEWEST, newest));
  return found;
}
