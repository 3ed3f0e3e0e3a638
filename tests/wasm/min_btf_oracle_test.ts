/**
 * Minimal BTF against `bpftool gen min_core_btf`.
 *
 * @module
 */
import { deepEqual, ok } from "node:assert/strict";
import { reportCore } from "../../bytecode-tools/inspector/core.ts";
import { minBtf } from "../../bytecode-tools/inspector/min_btf.ts";
import { run } from "../../bytecode-tools/wasm/process.ts";
import { corpusObjects, fixture } from "../support/corpus.ts";
import { hostBtf, type KernelBtf, vmBtfs } from "./kernel_btf.ts";

async function kernels(): Promise<KernelBtf[]> {
  const host = await hostBtf();
  const all = [...host === undefined ? [] : [host], ...await vmBtfs()];
  ok(all.length > 0, "no kernel BTF: neither /sys/kernel/btf/vmlinux nor a fetched kernel");
  return all;
}

/** Kinds and names of types with their members, without numbers, sorted. */
async function typesOf(path: string): Promise<string[]> {
  const text = await run("bpftool", ["btf", "dump", "file", path]);
  return text.replaceAll(/\n\t/g, " ").split("\n")
    .map((line) => line.replaceAll(/^\[\d+\] |(?:index_)?type_id=\d+/g, "").trim())
    .filter((line) => line !== "").sort();
}

Deno.test("minBtf() keeps what bpftool keeps", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "bpfman-minbtf-" });
  try {
    for (const kernel of await kernels()) {
      await t.step(`kernel ${kernel.name}`, async () => {
        for (const { name, path, bytes } of corpusObjects()) {
          await run("bpftool", ["gen", "min_core_btf", kernel.path, `${folder}/theirs`, path]);
          await Deno.writeFile(`${folder}/ours`, minBtf(bytes, kernel.bytes));
          const theirs = await typesOf(`${folder}/theirs`);
          const ours = await typesOf(`${folder}/ours`);
          // bpftool keeps the first candidate for a relocation, minBtf() all that fit: flavours
          deepEqual(ours.filter((line) => !/___\w+'/.test(line)), theirs, `${kernel.name} ${name}`);
        }
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("minBtf() of a kernel gives the verdicts of its whole BTF", async () => {
  for (const kernel of await kernels()) {
    for (const name of ["core_fields", "core_guards", "core_externs"]) {
      const bytes = fixture(name);
      const verdicts = (btf: Uint8Array): unknown[] =>
        reportCore(bytes, { btf }).relocations
          .filter(({ kind }) => kind !== "target_type_id")
          .map(({ subject, verdict, targetValue }) => [subject, verdict, targetValue]);
      const small = minBtf(bytes, kernel.bytes);
      deepEqual(verdicts(small), verdicts(kernel.bytes), `${kernel.name} ${name}`);
      ok(small.length < 4096, `${small.length} bytes`);
    }
  }
});
