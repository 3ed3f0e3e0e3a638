import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { cutSegments, fitsOneSegment, type MemberNeeds } from "./segments.ts";

function needs(programId: number, more: Partial<MemberNeeds> = {}): MemberNeeds {
  const sizes = { functions: 1, maps: [], instructions: 10, verified: 10 };
  return { programId, ...sizes, gplCompatible: true, ...more };
}

function cut(members: readonly MemberNeeds[]): number[][] {
  return cutSegments(members).map((segment) => segment.map(({ programId }) => programId));
}

function numbers(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, n) => from + n);
}

Deno.test("cutSegments() leaves an ordinary chain whole", () => {
  deepStrictEqual(cut(numbers(1, 40).map((id) => needs(id))), [numbers(1, 40)]);
});

Deno.test("cutSegments() counts each map once, and leaves room for those of the chain", () => {
  const shared = (id: number) => needs(id, { maps: ["stats", id] });
  // 61 maps of their own, one shared, two of the chain
  deepStrictEqual(cut(numbers(1, 61).map(shared)), [numbers(1, 61)]);
  deepStrictEqual(cut(numbers(1, 62).map(shared)), [numbers(1, 61), [62]]);
});

Deno.test("cutSegments() counts functions and instructions of a program once", () => {
  const big = (id: number) => needs(id, { functions: 100, instructions: 400_000 });
  deepStrictEqual(cut([big(1), big(2), big(3)]), [[1, 2], [3]]);
  deepStrictEqual(cut([big(1), big(1), big(1), big(2)]), [[1, 1, 1, 2]]);
  const functions = (id: number) => needs(id, { functions: 85 });
  deepStrictEqual(cut([1, 2, 3].map(functions)), [[1, 2, 3]]);
  deepStrictEqual(cut([...[1, 2, 3].map(functions), needs(4)]), [[1, 2, 3], [4]]);
});

Deno.test("cutSegments() counts what the verifier walks at every place", () => {
  const slow = (id: number) => needs(id, { verified: 250_000 });
  deepStrictEqual(cut([slow(1), slow(1), slow(1), slow(1)]), [[1, 1, 1], [1]]);
});

Deno.test("cutSegments() cuts where the licence changes, and keeps the order", () => {
  const closed = (id: number) => needs(id, { gplCompatible: false });
  const chain = [needs(1), closed(2), closed(3), needs(4)];
  deepStrictEqual(cut(chain), [[1], [2, 3], [4]]);
});

Deno.test("cutSegments() lets a member that fits nowhere stand alone", () => {
  const huge = needs(2, { verified: 900_000 });
  strictEqual(fitsOneSegment([huge]), false);
  deepStrictEqual(cut([needs(1), huge, needs(3)]), [[1], [2], [3]]);
});
