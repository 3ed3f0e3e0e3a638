/**
 * The BTF that an image brings for kernels that have none of their own.
 *
 * @module
 */
import type { Machine } from "../machine.ts";

/** Where a kernel that has BTF shows it. */
const KERNEL_BTF = "/sys/kernel/btf/vmlinux";

/** A file that lasts as long as the load; one that a killed load left goes with all of its kind. */
export class ImageBtf implements Disposable {
  /** Path of the file; undefined where the kernel's own BTF is used. */
  readonly path: string | undefined;

  /** Writes the file, unless the kernel has BTF, which knows more than the image's. */
  constructor({ kernel, layout }: Pick<Machine, "kernel" | "layout">, btf: Uint8Array) {
    if (kernel.files.exists(KERNEL_BTF)) return;
    this.path = `${layout.staging}/${crypto.randomUUID()}.btf`;
    Deno.writeFileSync(this.path, btf);
  }

  [Symbol.dispose](): void {
    if (this.path !== undefined) Deno.removeSync(this.path);
  }
}
