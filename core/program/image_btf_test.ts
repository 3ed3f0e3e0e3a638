import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { fakeKernel } from "../../tests/support/fake_kernel.ts";
import { Layout } from "../layout.ts";
import { ImageBtf } from "./image_btf.ts";

/** A machine whose kernel has BTF or not, in a folder of the test. */
function makeMachine(hasBtf: boolean) {
  const layout = new Layout(Deno.makeTempDirSync({ prefix: "bpfman-btf-" }));
  Deno.mkdirSync(layout.staging);
  const kernel = fakeKernel({
    files: { exists: (path) => path === "/sys/kernel/btf/vmlinux" && hasBtf },
  });
  return {
    layout,
    kernel,
    [Symbol.dispose]: () => Deno.removeSync(layout.root, { recursive: true }),
  };
}

Deno.test("ImageBtf is a file as long as the load lasts, where the kernel has no BTF", () => {
  using machine = makeMachine(false);
  const bytes = new Uint8Array([1, 2, 3]);
  {
    using btf = new ImageBtf(machine, bytes);
    deepStrictEqual(Deno.readFileSync(btf.path ?? ""), bytes);
  }
  deepStrictEqual([...Deno.readDirSync(machine.layout.staging)], []);
});

Deno.test("ImageBtf is left out where the kernel has BTF of its own", () => {
  using machine = makeMachine(true);
  using btf = new ImageBtf(machine, new Uint8Array([1]));
  strictEqual(btf.path, undefined);
  deepStrictEqual([...Deno.readDirSync(machine.layout.staging)], []);
});
