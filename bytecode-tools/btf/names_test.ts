import { deepEqual, equal, throws } from "node:assert/strict";
import { readBtf } from "./btf.ts";
import { BtfKind } from "./kinds.ts";
import { MAX_STRING } from "./layout.ts";

const encoder = new TextEncoder();

/** BTF of forward declarations with the given names; equal names share no string. */
function forwards(names: readonly string[]): Uint8Array {
  const strings = encoder.encode(["", ...names, ""].join("\0"));
  const bytes = new Uint8Array(24 + names.length * 12 + strings.length);
  const view = new DataView(bytes.buffer);
  const header = [0x0001_eb9f, 24, 0, names.length * 12, names.length * 12, strings.length];
  header.forEach((word, n) => view.setUint32(n * 4, word, true));
  let at = 1;
  names.forEach((name, n) => {
    view.setUint32(24 + n * 12, name === "" ? 0 : at, true);
    view.setUint32(28 + n * 12, BtfKind.FWD << 24, true);
    at += encoder.encode(name).length + 1;
  });
  bytes.set(strings, 24 + names.length * 12);
  return bytes;
}

Deno.test("Btf.findAll() finds the same types by a walk and, after many questions, by the index", () => {
  const names = ["task", "file", "", "task", "ta", "tasks", "größe", "file", "task"];
  const expected: Record<string, number[]> = {
    task: [1, 4, 9],
    file: [2, 8],
    ta: [5],
    tasks: [6],
    größe: [7],
    "": [],
    t: [],
    absent: [],
  };
  const btf = readBtf(forwards(names));
  for (let round = 0; round < 5; round++) {
    for (const [name, ids] of Object.entries(expected)) {
      deepEqual([...btf.findAll(name)], ids, `${name}, round ${round}`);
    }
  }
});

Deno.test("Btf.find() gives the first type of a kind, by a walk and by the index", () => {
  const btf = readBtf(forwards(["task", "file", "file"]));
  for (let round = 0; round < 20; round++) {
    equal(btf.find("file"), 2);
    equal(btf.find("file", BtfKind.FWD), 2);
    equal(btf.find("file", BtfKind.STRUCT), 0);
  }
});

Deno.test("readBtf() takes strings up to the longest and refuses longer ones, wherever they stand", () => {
  const longest = "x".repeat(MAX_STRING);
  const around = ["a", "b".repeat(5000), "c".repeat(MAX_STRING - 1)];
  equal(readBtf(forwards([...around, longest, ...around, longest])).end, 9);
  for (let place = 0; place <= around.length; place++) {
    const names = around.toSpliced(place, 0, `${longest}x`);
    const before = 24 + names.length * 12 + 1;
    const offset = before + names.slice(0, place).reduce((sum, name) => sum + name.length + 1, 0);
    throws(() => readBtf(forwards(names)), { rule: "btf-strings", offset });
  }
});
