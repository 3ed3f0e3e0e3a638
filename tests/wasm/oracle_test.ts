/**
 * The module against libbpf from the same source, compiled for this machine: every answer byte for
 * byte, for every object of the corpus, by itself and on every kernel at hand.
 *
 * @module
 */
import { deepEqual, equal, ok, throws } from "node:assert/strict";
import * as calls from "../../bytecode-tools/wasm/calls.ts";
import { freshRunner, runCalls } from "../../bytecode-tools/wasm/module.ts";
import type { Call, Reply } from "../../bytecode-tools/wasm/runner.ts";
import { hostBtf, type KernelBtf, vmBtfs } from "./kernel_btf.ts";
import { damagedObjects, type OracleObject, oracleObjects } from "./oracle_corpus.ts";
import { askOracle, ensureOracle, type OracleAnswer, type OracleTarget } from "./native_oracle.ts";

const CONFIG = 'CONFIG_HZ=250\nCONFIG_NF_CONNTRACK=m\nCONFIG_DEFAULT_HOSTNAME="(none)"\n';

/** The calls of native/oracle.c in the same order. */
function objectCalls(object: OracleObject, kernel?: KernelBtf): Call[] {
  const opened = { earlier: 0 };
  const list = [calls.openObject(object.bytes, "object"), calls.describe(opened)];
  if (kernel !== undefined) {
    list.push(calls.openBtf(kernel.bytes, 0), calls.setTarget(opened, { earlier: 2 }));
  }
  list.push(calls.relocateCore(opened));
  if (kernel !== undefined) {
    const { version } = kernel;
    const answers = {
      config: CONFIG.trimEnd(),
      version,
      hasBpfCookie: true,
      hasSyscallWrapper: true,
    };
    list.push(
      calls.resolveSymbols(opened),
      calls.setKconfig(opened, answers),
      calls.minBtf(opened),
    );
  }
  return [
    ...list,
    calls.link(opened),
    calls.code(opened, true),
    calls.instructions(opened),
    calls.data(opened),
  ];
}

function wasmAnswers(object: OracleObject, kernel?: KernelBtf): OracleAnswer[] {
  const list = objectCalls(object, kernel);
  const replies: Reply[] = runCalls(freshRunner(), list);
  return replies.flatMap(({ value, answer }, index) => {
    const call = list[index];
    if (call === undefined || call.name === "obj_target") return [];
    const isAddress = call.expect === "address";
    const result = isAddress ? Number(value !== 0) : call.expect === "status" ? value : 0;
    return [{
      name: call.name,
      value: call.name === "obj_kconfig" ? value : result,
      bytes: answer,
    }];
  });
}

/** Answers as text, so that a difference can be read. */
function readable(answers: readonly OracleAnswer[]): string[] {
  return answers.map(({ name, value, bytes }) => {
    const isBinary = ["obj_insns", "obj_data", "obj_min_btf"].includes(name);
    return `${name} ${value} ${isBinary ? bytes.toHex() : new TextDecoder().decode(bytes)}`;
  });
}

interface Sums {
  objects: number;
  opened: number;
  crashed: number;
  relocations: number;
}

async function compareAll(objects: readonly OracleObject[], kernel?: KernelBtf): Promise<Sums> {
  const oracle = await ensureOracle();
  const sums = { objects: objects.length, opened: 0, crashed: 0, relocations: 0 };
  const folder = await Deno.makeTempDir({ prefix: "bpfman-oracle-" });
  const configPath = `${folder}/config`;
  await Deno.writeTextFile(configPath, CONFIG);
  try {
    for (const object of objects) {
      const path = `${folder}/object`;
      await Deno.writeFile(path, object.bytes);
      const target: OracleTarget | undefined = kernel === undefined
        ? undefined
        : { btfPath: kernel.path, configPath, version: kernel.version };
      const native = await askOracle(oracle, path, target);
      const ours = wasmAnswers(object, kernel);
      if (native === undefined) {
        sums.crashed++;
        continue;
      }
      deepEqual(readable(ours), readable(native), object.name);
      if (ours.length > 1) sums.opened++;
      const core = native.find(({ name }) => name === "obj_core");
      if (core !== undefined) {
        sums.relocations += JSON.parse(new TextDecoder().decode(core.bytes)).length;
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return sums;
}

Deno.test("the module describes every object as native libbpf does", async () => {
  const objects = await oracleObjects();
  const sums = await compareAll(objects);
  equal(sums.crashed, 0);
  // all but the one that is no object
  equal(sums.opened, objects.length - 1);
});

Deno.test("the module judges every object as native libbpf does, on every kernel at hand", async (t) => {
  const host = await hostBtf();
  const kernels = [...host === undefined ? [] : [host], ...await vmBtfs()];
  ok(kernels.length > 0, "no kernel BTF: neither /sys/kernel/btf/vmlinux nor a fetched kernel");
  const objects = await oracleObjects();
  for (const kernel of kernels) {
    await t.step(`kernel ${kernel.name}`, async () => {
      const sums = await compareAll(objects, kernel);
      equal(sums.crashed, 0);
      ok(sums.relocations >= 90, `only ${sums.relocations} relocations`);
    });
  }
});

Deno.test("the module judges damaged objects that pass the gate as native libbpf does", async () => {
  const [kernel] = await vmBtfs();
  const objects = damagedObjects(200, 20261122);
  equal(objects.length, 200);
  const sums = await compareAll(objects, kernel ?? await hostBtf());
  equal(sums.crashed, 0);
  ok(sums.opened >= 150, `only ${sums.opened} opened`);
});

Deno.test("the comparison notices a difference", async () => {
  const [object] = await oracleObjects();
  ok(object !== undefined);
  const answers = wasmAnswers(object);
  const changed = answers.map((answer) => ({
    ...answer,
    bytes: answer.bytes.map((byte) => byte ^ 1),
  }));
  throws(() => deepEqual(readable(changed), readable(answers)));
});
