/**
 * Kernels in Debian packages. `dpkg-deb` unpacks them, as they are compressed in ways that this
 * runtime does not know; what comes out is a tar archive, which is read here.
 *
 * @module
 */
import { BytecodeError } from "../../bytecode-tools/errors.ts";
import {
  kernelBtf,
  kernelRelease,
  type Unpackers,
  unpackKernel,
} from "../../bytecode-tools/kernel_image.ts";
import { type KernelProfile, makeProfile } from "../../bytecode-tools/profile.ts";
import type { KernelFile } from "./add.ts";

const MAGIC = "!<arch>\ndebian-binary";
const BLOCK = 512;

/** True for Debian packages. */
export function isDebianPackage(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes.subarray(0, MAGIC.length)) === MAGIC;
}

/** Files of a tar archive by path, those whose paths fit. */
export function* tarFiles(
  archive: Uint8Array,
  isWanted: (path: string) => boolean,
): Generator<{ readonly path: string; readonly bytes: Uint8Array }> {
  const decoder = new TextDecoder();
  const field = (at: number, size: number) => {
    const bytes = archive.subarray(at, at + size);
    const end = bytes.indexOf(0);
    return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
  };
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0;) {
    const size = parseInt(field(at + 124, 12).trim() || "0", 8);
    const start = at + BLOCK;
    if (!(size >= 0) || start + size > archive.length) {
      throw new BytecodeError("truncated", "The archive in the package is cut off", at);
    }
    const type = String.fromCharCode(archive[at + 156] ?? 0);
    const path = longName ?? [field(at + 345, 155), field(at, 100)].filter((part) => part !== "")
      .join("/");
    // GNU tar puts the name of the next file into an entry of its own when it is long
    longName = type === "L" ? field(start, size) : undefined;
    const isFile = type === "0" || type === "\0";
    if (isFile && isWanted(path)) yield { path, bytes: archive.subarray(start, start + size) };
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
}

async function unpack(path: string): Promise<Uint8Array> {
  try {
    const args = ["--fsys-tarfile", path];
    const { success, stdout } = await new Deno.Command("dpkg-deb", { args, stderr: "null" })
      .output();
    if (success) return stdout;
    throw new BytecodeError("malformed", "Cannot unpack the package: dpkg-deb does not take it");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new BytecodeError("unsupported", "Cannot unpack the package: dpkg-deb is missing");
  }
}

const KERNEL = /(^|\/)(boot\/vmlinuz-[^/]+|modules\/[^/]+\/vmlinuz)$/;
const CONFIG = /(^|\/)(boot\/config-[^/]+|modules\/[^/]+\/config)$/;
const SYMBOLS = /(^|\/)(boot\/System\.map-[^/]+|modules\/[^/]+\/System\.map)$/;

/** The profile of the kernel in a Debian package. Its modules are added one by one, as needed. */
export async function readDebianKernel(
  { path, name }: KernelFile,
  unpackers: Unpackers,
): Promise<KernelProfile> {
  const archive = await unpack(path);
  const isWanted = (file: string) => [KERNEL, CONFIG, SYMBOLS].some((kind) => kind.test(file));
  const files = [...tarFiles(archive, isWanted)];
  const find = (kind: RegExp) => files.find((file) => kind.test(file.path))?.bytes;
  const image = find(KERNEL);
  if (image === undefined) {
    const message = "The package has no kernel: Debian's newer releases have it in linux-binary-*";
    throw new BytecodeError("unsupported", message);
  }
  const kernel = unpackKernel(image, unpackers);
  const release = kernelRelease(kernel);
  const [config, symbols] = [find(CONFIG), find(SYMBOLS)]
    .map((bytes) => bytes === undefined ? undefined : new TextDecoder().decode(bytes));
  // Debian's System.map is a notice of one line that says where the real one is
  const hasSymbols = symbols !== undefined && symbols.includes(" T ");
  return makeProfile({
    name: name ?? release ?? "kernel",
    ...(release !== undefined && { release }),
    btf: kernelBtf(kernel),
    ...(config !== undefined && { config }),
    ...(hasSymbols && { symbols }),
  });
}
