/**
 * Types that a distribution's kernel keeps in a module.
 *
 * @module
 */
import { deepEqual, ok } from "node:assert/strict";
import { reportCore } from "../../bytecode-tools/inspector/core.ts";
import { Inspector } from "../../bytecode-tools/inspector/inspector.ts";
import { fixture } from "../support/corpus.ts";
import { ensureKernel } from "../vm/kernels.ts";
import { btfSection, vmBtfs } from "./kernel_btf.ts";

const KIND_STRUCT = 4;

/** BTF of the module veth of kernel 6.1. */
async function vethModule(): Promise<Uint8Array<ArrayBuffer>> {
  const { modules, release } = await ensureKernel("6.1");
  const path = `${modules}/${release}/kernel/drivers/net/veth.ko`;
  return btfSection(await Deno.readFile(path));
}

Deno.test("reportCore() finds types in the BTF of a module", async () => {
  const btf = await vethModule();
  const kernel = (await vmBtfs()).find(({ name }) => name === "6.1");
  ok(kernel !== undefined);
  const answers = (modules: { name: string; btf: Uint8Array }[]): unknown[] =>
    reportCore(fixture("core_externs"), { btf: kernel.bytes, modules }).relocations
      .map(({ kind, targetValue }) => [kind, targetValue]);
  deepEqual(answers([]), [["type_exists", 0n], ["field_exists", 0n]]);
  deepEqual(answers([{ name: "veth", btf }]), [["type_exists", 1n], [
    "field_exists",
    1n,
  ]]);
});

Deno.test("Inspector.openBtf() opens the BTF of a module", async () => {
  const btf = await vethModule();
  const kernel = (await vmBtfs()).find(({ name }) => name === "6.1");
  ok(kernel !== undefined);
  using inspector = Inspector.fresh();
  const base = inspector.openBtf(kernel.bytes);
  const split = inspector.openBtf(btf, base);
  const id = inspector.findType(split, "veth_priv", KIND_STRUCT);
  ok(id !== undefined && id >= inspector.countTypes(base), "it is a type of the module");
});
