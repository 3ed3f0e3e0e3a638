import { deepEqual, equal } from "node:assert/strict";
import { Random } from "../../tests/fuzz/mutate.ts";
import { holds, operate32, operate64 } from "./int64.ts";

const SAMPLES = [0n, 1n, 2n, 31n, 32n, 63n, 0x7fffffffn, 0x80000000n, 0xffffffffn, 1n << 32n]
  .flatMap((value) => [value, -value, value + 1n]);

/** Numbers of all sizes, the odd ones among them. */
function numbers(random: Random): bigint {
  const wide = BigInt(random.below(2 ** 31)) << 33n | BigInt(random.below(2 ** 31)) << 2n;
  return BigInt.asIntN(64, random.below(3) === 0 ? wide : random.pick(SAMPLES));
}

function halves(value: bigint): readonly [number, number] {
  return [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))];
}

/** RFC 9669 with bigints. */
function expected(operation: number, a: bigint, b: bigint, bits: number, signed: boolean): bigint {
  const u = (value: bigint) => BigInt.asUintN(bits, value);
  const s = (value: bigint) => BigInt.asIntN(bits, value);
  const shift = b & BigInt(bits - 1);
  const [x, y] = signed ? [s(a), s(b)] : [u(a), u(b)];
  const results: Readonly<Record<number, () => bigint>> = {
    0x00: () => a + b,
    0x10: () => a - b,
    0x20: () => a * b,
    0x30: () => y === 0n ? 0n : x / y,
    0x40: () => a | b,
    0x50: () => a & b,
    0x60: () => u(a) << shift,
    0x70: () => u(a) >> shift,
    0x90: () => y === 0n ? x : x % y,
    0xa0: () => a ^ b,
    0xc0: () => s(a) >> shift,
  };
  return s(results[operation]?.() ?? 0n);
}

const OPERATIONS = [0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x90, 0xa0, 0xc0];

Deno.test("operate64() and operate32() calculate as bigints do", () => {
  const random = new Random(11);
  for (let round = 0; round < 20_000; round++) {
    const [a, b] = [numbers(random), numbers(random)];
    const operation = random.pick(OPERATIONS);
    const isSigned = random.below(2) === 0;
    const [aLo, aHi] = halves(a);
    const [bLo, bHi] = halves(b);
    const out = { lo: 0, hi: 0 };
    operate64(operation, { aLo, aHi, bLo, bHi, isSigned }, out);
    const wanted = halves(expected(operation, a, b, 64, isSigned));
    deepEqual([out.lo, out.hi], wanted, `${operation.toString(16)} ${a} ${b} ${isSigned}`);
    const narrow = operate32(operation, aLo, { value: bLo, isSigned });
    const short = expected(operation, BigInt(aLo), BigInt(bLo), 32, isSigned);
    equal(narrow, Number(short), `32-bit ${operation.toString(16)} ${aLo} ${bLo} ${isSigned}`);
  }
});

Deno.test("holds() compares as bigints do", () => {
  const random = new Random(12);
  for (let round = 0; round < 20_000; round++) {
    const [a, b] = [numbers(random), random.below(4) === 0 ? 0n : numbers(random)];
    const [aLo, aHi] = halves(a);
    const [bLo, bHi] = halves(b);
    const [x, y] = [BigInt.asUintN(64, a), BigInt.asUintN(64, b)];
    const wanted: Readonly<Record<number, boolean>> = {
      0x10: a === b,
      0x50: a !== b,
      0x20: x > y,
      0x30: x >= y,
      0xa0: x < y,
      0xb0: x <= y,
      0x60: a > b,
      0x70: a >= b,
      0xc0: a < b,
      0xd0: a <= b,
      0x40: (x & y) !== 0n,
    };
    for (const [operation, answer] of Object.entries(wanted)) {
      equal(holds(Number(operation), { aLo, aHi, bLo, bHi }), answer, `${operation} ${a} ${b}`);
    }
  }
});
