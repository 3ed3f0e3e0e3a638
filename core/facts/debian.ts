/**
 * Kernels in Debian packages. `dpkg-deb` unpacks them, as they are compressed in ways that this
 * runtime does not know; what comes out is a tar archive.
 *
 * @module
 */
import { readTar } from "../../bytecode-tools/kernel/archive.ts";
import { BytecodeError } from "../../bytecode-tools/errors.ts";
import {
  kernelBtf,
  kernelRelease,
  type Unpackers,
  unpackKernel,
} from "../../bytecode-tools/kernel/image.ts";
import { type KernelProfile, makeProfile } from "../../bytecode-tools/kernel/profile.ts";
import type { KernelFile } from "./kernel_file.ts";

const MAGIC = "!<arch>\ndebian-binary";

/** True for Debian packages. */
export function isDebianPackage(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes.subarray(0, MAGIC.length)) === MAGIC;
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
  const files = [...readTar(archive)];
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
