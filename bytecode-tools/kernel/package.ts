/**
 * Kernel profiles from Debian packages: the kernel, its configuration, its symbols, its modules.
 *
 * @module
 */
import { readAr, readTar } from "./archive.ts";
import { BytecodeError } from "../errors.ts";
import {
  type Compression,
  compressionOf,
  kernelBtf,
  kernelRelease,
  type Unpackers,
  unpackKernel,
} from "./image.ts";
import { type KernelProfile, makeProfile, type ProfileModule } from "./profile.ts";

/** What a package has of a kernel. */
export interface KernelFiles {
  /** `vmlinuz` or `vmlinux`, as it is packed. */
  readonly kernel: Uint8Array | undefined;
  /** Text of the configuration. */
  readonly config: string | undefined;
  /** Text of System.map; Debian's is a stub that says where the real one is. */
  readonly symbols: string | undefined;
  /** Modules, as they are packed, by name. */
  readonly modules: ReadonlyMap<string, Uint8Array>;
}

/** The endings of packed files, by compression. */
const SUFFIXES: readonly (readonly [string, Compression])[] = [
  [".xz", "xz"],
  [".zst", "zstd"],
  [".gz", "gzip"],
];

function unpackMember(path: string, bytes: Uint8Array, unpackers: Unpackers): Uint8Array {
  const compression = compressionOf(bytes);
  if (compression === undefined) return bytes;
  const unpack = unpackers[compression];
  if (unpack !== undefined) return unpack(bytes);
  const message = `Cannot unpack "${path}": no unpacker for ${compression} is at hand`;
  throw new BytecodeError("unsupported", message, 0, { rule: "kernel-compression" });
}

function moduleName(path: string): string | undefined {
  const name = path.split("/").at(-1) ?? "";
  const plain = SUFFIXES.reduce((rest, [suffix]) => rest.replace(suffix, ""), name);
  // the kernel knows modules with underscores, whatever their files are called
  return plain.endsWith(".ko") ? plain.slice(0, -3).replaceAll("-", "_") : undefined;
}

/** Symbols of a real System.map; a stub has no addresses. */
function realSymbols(text: string): string | undefined {
  return /^[0-9a-f]{8,} \S \S+/m.test(text) ? text : undefined;
}

/**
 * Finds the files of a kernel in a Debian package.
 *
 * @param bytes The package.
 * @param unpackers Means of unpacking what is inside.
 * @throws {BytecodeError} When the package is damaged or an unpacker is missing.
 */
export function kernelFiles(bytes: Uint8Array, unpackers: Unpackers = {}): KernelFiles {
  const decoder = new TextDecoder();
  let kernel: Uint8Array | undefined;
  let config: string | undefined;
  let symbols: string | undefined;
  const modules = new Map<string, Uint8Array>();
  for (const member of readAr(bytes)) {
    if (!member.path.startsWith("data.tar")) continue;
    for (
      const { path, bytes: content } of readTar(unpackMember(member.path, member.bytes, unpackers))
    ) {
      const module = moduleName(path);
      if (module !== undefined) modules.set(module, content);
      else if (/(^|\/)vmlinu[xz](-[^/]*)?$/.test(path)) kernel ??= content;
      else if (/^boot\/config-/.test(path)) config = decoder.decode(content);
      else if (/^boot\/System\.map-/.test(path)) symbols = realSymbols(decoder.decode(content));
    }
  }
  return { kernel, config, symbols, modules };
}

function moduleBtfs(files: KernelFiles, unpackers: Unpackers): ProfileModule[] {
  const modules: ProfileModule[] = [];
  for (const [name, packed] of files.modules) {
    try {
      modules.push({ name, btf: kernelBtf(packed, unpackers) });
    } catch (error) {
      // a module without types of its own has no BTF
      if (!(error instanceof BytecodeError) || error.rule !== "kernel-btf") throw error;
    }
  }
  return modules;
}

/**
 * Makes a profile of a Debian package, or of several that complete each other.
 *
 * @param packages The packages: at least one must hold the kernel.
 * @param unpackers Means of unpacking what is inside.
 * @throws {BytecodeError} When there is no kernel with BTF in them.
 */
export function profileFromPackages(
  packages: readonly Uint8Array[],
  unpackers: Unpackers = {},
): KernelProfile {
  const all = packages.map((bytes) => kernelFiles(bytes, unpackers));
  const packed = all.find(({ kernel }) => kernel !== undefined)?.kernel;
  if (packed === undefined) {
    const message = "Cannot make a profile of the packages: none of them holds a kernel";
    throw new BytecodeError("unsupported", message, 0, { rule: "kernel-missing" });
  }
  const elf = unpackKernel(packed, unpackers);
  const release = kernelRelease(elf);
  const config = all.find((files) => files.config !== undefined)?.config;
  const symbols = all.find((files) => files.symbols !== undefined)?.symbols;
  const modules = all.flatMap((files) => moduleBtfs(files, unpackers));
  return makeProfile({
    btf: kernelBtf(elf),
    ...(release !== undefined && { release }),
    ...(config !== undefined && { config }),
    ...(symbols !== undefined && { symbols }),
    // a package of modules is complete; without one, nothing is known of them
    ...(modules.length > 0 && { modules }),
  });
}
