import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { configurationOf } from "./configuration.ts";

const MEMBERS = [
  { priority: 10, proceedOn: [2, 31] },
  { priority: 300, proceedOn: [1] },
];

function words(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.slice().buffer);
}

Deno.test("configurationOf() lays an XDP chain out as bpfman does", () => {
  const bytes = configurationOf("xdp", MEMBERS, false);
  strictEqual(bytes.length, 124);
  deepStrictEqual([...bytes.subarray(0, 4)], [236, 2, 2, 0]);
  deepStrictEqual([...words(bytes).subarray(1, 4)], [0x80000004, 2, 0]);
  deepStrictEqual([...words(bytes).subarray(11, 14)], [10, 300, 0]);
  deepStrictEqual(words(bytes).subarray(21).every((word) => word === 0), true);
});

Deno.test("configurationOf() marks XDP chains for packets in several parts", () => {
  strictEqual(configurationOf("xdp", MEMBERS, true)[3], 1);
});

Deno.test("configurationOf() lays a TC chain out as bpfman does", () => {
  const bytes = configurationOf("tc", [{ priority: 5, proceedOn: [-1, 3, 30] }], false);
  strictEqual(bytes.length, 84);
  deepStrictEqual([...bytes.subarray(0, 4)], [1, 0, 0, 0]);
  deepStrictEqual([...words(bytes).subarray(1, 3)], [0x80000011, 0]);
  deepStrictEqual([...words(bytes).subarray(11, 13)], [5, 0]);
});
