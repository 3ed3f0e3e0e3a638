import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { decodeCode } from "../../../bytecode-tools/insn/insn.ts";
import { callDepth, functionsOf, type MemberFunction, usesModules } from "./functions.ts";

/** Opcode, destination, source, offset, immediate. */
type Row = readonly [number, number, number, number, number];

function codeOf(...rows: readonly Row[]) {
  const view = new DataView(new ArrayBuffer(rows.length * 8));
  for (const [n, [opcode, dst, src, offset, imm]] of rows.entries()) {
    view.setUint8(n * 8, opcode);
    view.setUint8(n * 8 + 1, src << 4 | dst);
    view.setInt16(n * 8 + 2, offset, true);
    view.setInt32(n * 8 + 4, imm, true);
  }
  return decodeCode(new Uint8Array(view.buffer), true);
}

const EXIT = [0x95, 0, 0, 0, 0] as const;

Deno.test("functionsOf() finds functions by their calls and by their addresses", () => {
  const code = codeOf(
    [0x85, 0, 1, 0, 4], // call 5
    [0x18, 2, 4, 0, 5], // r2 = address of 7
    [0, 0, 0, 0, 0],
    [0x85, 0, 0, 0, 181],
    EXIT,
    [0x85, 0, 0, 0, 12], // 5: tail call
    EXIT,
    EXIT, // 7
  );
  const found = functionsOf(code);
  deepStrictEqual(found.map(({ start, end }) => [start, end]), [[0, 5], [5, 7], [7, 8]]);
  deepStrictEqual(found[0]?.calls, [5, 7]);
  deepStrictEqual(found.map(({ hasTailCall }) => hasTailCall), [false, true, false]);
});

Deno.test("functionsOf() does not take the second half of a 64-bit load for an instruction", () => {
  const code = codeOf([0x18, 1, 0, 0, 1], [0x85, 0, 1, 0, 3], EXIT);
  deepStrictEqual(functionsOf(code).map(({ start, end }) => [start, end]), [[0, 3]]);
});

Deno.test("functionsOf() sees stack that is stored to, read, and pointed to", () => {
  const depth = (...rows: readonly Row[]) => functionsOf(codeOf(...rows))[0]?.stack;
  strictEqual(depth([0x7b, 10, 1, -24, 0], EXIT), 24);
  strictEqual(depth([0x79, 1, 10, -40, 0], EXIT), 40);
  strictEqual(depth([0xbf, 2, 10, 0, 0], [0x07, 2, 0, 0, -100], EXIT), 100);
  strictEqual(depth([0x7b, 2, 1, -24, 0], [0xbf, 2, 3, 0, 0], [0x07, 2, 0, 0, -100], EXIT), 0);
});

Deno.test("usesModules() tells functions of modules from those of the kernel", () => {
  strictEqual(usesModules(codeOf([0x85, 0, 2, 0, 500], EXIT)), false);
  strictEqual(usesModules(codeOf([0x85, 0, 2, 1, 500], EXIT)), true);
  strictEqual(usesModules(codeOf([0x18, 1, 3, 0, 500], [0, 0, 0, 0, 0], EXIT)), false);
  strictEqual(usesModules(codeOf([0x18, 1, 3, 0, 500], [0, 0, 0, 0, 9], EXIT)), true);
});

function functionAt(start: number, more: Partial<MemberFunction>): MemberFunction {
  return { start, end: start + 1, calls: [], stack: 0, hasTailCall: false, ...more };
}

Deno.test("callDepth() takes the longest way, and rounds each stack up", () => {
  const functions = [
    functionAt(0, { calls: [1, 2], stack: 17 }),
    functionAt(1, { calls: [3], stack: 1 }),
    functionAt(2, { calls: [3], stack: 100 }),
    functionAt(3, { hasTailCall: true }),
  ];
  deepStrictEqual(callDepth(functions, { unit: 32, mainStack: 4 }), {
    frames: 4,
    bytes: 32 + 32 + 128 + 32,
    aboveTailCall: 32 + 32 + 128,
  });
  deepStrictEqual(callDepth(functions, { unit: 16, mainStack: 4 }), {
    frames: 4,
    bytes: 16 + 32 + 112 + 16,
    aboveTailCall: 16 + 32 + 112,
  });
});

Deno.test("callDepth() ends on functions that call themselves", () => {
  const functions = [functionAt(0, { calls: [1] }), functionAt(1, { calls: [1] })];
  strictEqual(callDepth(functions, { unit: 16, mainStack: 4 }).frames > 2, true);
});
