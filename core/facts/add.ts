/**
 * Profiles from files of kernels: nothing of them runs, and no privilege is needed.
 *
 * @module
 */
import { BytecodeError } from "../../bytecode-tools/errors.ts";
import {
  kernelBtf,
  kernelRelease,
  type Unpackers,
  unpackKernel,
} from "../../bytecode-tools/kernel/image.ts";
import {
  type KernelProfile,
  makeProfile,
  profileFromFile,
} from "../../bytecode-tools/kernel/profile.ts";
import { afterColon, BpfmanError } from "../errors.ts";
import { isDebianPackage, readDebianKernel } from "./debian.ts";
import type { KernelFile } from "./kernel_file.ts";

/** Ways of compression that this runtime unpacks; the readers have LZ4 themselves. */
export async function unpackers(): Promise<Unpackers> {
  const { gunzipSync, zstdDecompressSync } = await import("node:zlib");
  return {
    gzip: (packed) => new Uint8Array(gunzipSync(packed)),
    zstd: (packed) => new Uint8Array(zstdDecompressSync(packed)),
  };
}

/** Runs a reader; what it refuses names the file. */
export async function reading<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BytecodeError)) throw error;
    throw new BpfmanError(`Cannot take facts from "${path}": ${afterColon(error.message)}`, {
      code: `kernel-${error.code}`,
      hint: "Give a vmlinuz, a vmlinux, a file of BTF, a Debian package, or a file of facts",
    });
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.(btf|gz|json|facts)$/, "");
}

function isFacts(bytes: Uint8Array): boolean {
  // gzip of our own files, or JSON
  return bytes[0] === 0x1f && bytes[1] === 0x8b || bytes[0] === 0x7b;
}

/**
 * The profile of a kernel from one file: `vmlinuz`, `vmlinux`, BTF, a Debian package, or facts.
 *
 * @throws {BpfmanError} When there are none in it.
 */
export async function factsFromFile(file: KernelFile): Promise<KernelProfile> {
  const { path, bytes } = file;
  return await reading(path, async () => {
    if (isDebianPackage(bytes)) return await readDebianKernel(file, await unpackers());
    if (isFacts(bytes)) {
      const profile = await profileFromFile(bytes);
      return file.name === undefined ? profile : { ...profile, name: file.name };
    }
    const isBtf = bytes[0] === 0x9f || bytes[0] === 0xeb;
    const kernel = isBtf ? bytes : unpackKernel(bytes, await unpackers());
    const release = isBtf ? undefined : kernelRelease(kernel);
    return makeProfile({
      name: file.name ?? release ?? baseName(path),
      ...(release !== undefined && { release }),
      btf: kernelBtf(kernel),
    });
  });
}

/** A profile with the BTF of one module more, or in place of an earlier one of that name. */
export async function withModule(profile: KernelProfile, file: KernelFile): Promise<KernelProfile> {
  const name = baseName(file.path).replace(/\.ko(\.\w+)?$/, "").replaceAll("-", "_");
  const btf = await reading(
    file.path,
    async () => kernelBtf(file.bytes, await unpackers()),
  );
  const others = (profile.modules ?? []).filter((module) => module.name !== name);
  return {
    name: profile.name,
    release: profile.release,
    btf: profile.btf,
    config: profile.config,
    symbols: profile.symbols,
    tracepoints: profile.tracepoints,
    securityModules: profile.securityModules,
    modules: [...others, { name, btf }],
    ...(profile.host !== undefined && { host: profile.host }),
    // the others stay unknown, unless all were known before
    ...((profile.modules === undefined || profile.hasMoreModules === true) &&
      { hasMoreModules: true }),
  };
}
