/**
 * Types that a distribution's kernel keeps in a module.
 *
 * @module
 */
import { deepEqual, ok } from "node:assert/strict";
import { reportCore } from "../../bytecode-tools/core.ts";
import { Inspector } from "../../bytecode-tools/inspector.ts";
import { cacheDirectory } from "../../bytecode-tools/wasm/source.ts";
import { fixture } from "../support/corpus.ts";
import { btfSection, vmBtfs } from "./kernel_btf.ts";

const KIND_STRUCT = 4;

function vethModule(): Uint8Array<ArrayBuffer> | undefined {
  const modules = `${cacheDirectory()}/vm/linux-6.1-1/lib/modules`;
  try {
    const [release] = [...Deno.readDirSync(modules)];
    const path = `${modules}/${release?.name}/kernel/drivers/net/veth.ko`;
    return btfSection(Deno.readFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

const btf = vethModule();

Deno.test({
  name: "reportCore() finds types in the BTF of a module (needs the fetched kernel 6.1)",
  ignore: btf === undefined,
  async fn() {
    const kernel = (await vmBtfs()).find(({ name }) => name === "6.1");
    ok(kernel !== undefined && btf !== undefined);
    const answers = (modules: { name: string; btf: Uint8Array }[]): unknown[] =>
      reportCore(fixture("core_externs"), { btf: kernel.bytes, modules }).relocations
        .map(({ kind, targetValue }) => [kind, targetValue]);
    deepEqual(answers([]), [["type_exists", 0n], ["field_exists", 0n]]);
    deepEqual(answers([{ name: "veth", btf }]), [["type_exists", 1n], [
      "field_exists",
      1n,
    ]]);
  },
});

Deno.test({
  name: "Inspector.openBtf() opens the BTF of a module (needs the fetched kernel 6.1)",
  ignore: btf === undefined,
  async fn() {
    const kernel = (await vmBtfs()).find(({ name }) => name === "6.1");
    ok(kernel !== undefined && btf !== undefined);
    using inspector = Inspector.fresh();
    const base = inspector.openBtf(kernel.bytes);
    const split = inspector.openBtf(btf, base);
    const id = inspector.findType(split, "veth_priv", KIND_STRUCT);
    ok(id !== undefined && id >= inspector.countTypes(base), "it is a type of the module");
  },
});
