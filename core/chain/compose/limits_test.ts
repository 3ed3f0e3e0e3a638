import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { programRecord } from "../../../tests/support/records.ts";
import type { MemberFunction } from "./functions.ts";
import { composeLimits, type LimitQuestion } from "./limits.ts";
import type { MemberFacts } from "./member.ts";
import type { MemberNeeds } from "./segments.ts";

const NEW_RULES = { stackUnit: 16, mostFrames: 8 } as const;
const OLD_RULES = { stackUnit: 32, mostFrames: 8 } as const;
const ENTRY: MemberFunction = { start: 0, end: 2, calls: [], stack: 8, hasTailCall: false };

function member(id: number, more: Partial<MemberFacts> = {}): MemberFacts {
  return {
    record: programRecord(id, { name: `p${id}` }),
    program: { instructions: new Uint8Array(16), maps: [], expectedAttachType: 37, section: "xdp" },
    functions: [ENTRY],
    hasFrags: false,
    usesModules: false,
    needs: needs(id),
    ...more,
  };
}

function needs(programId: number, more: Partial<MemberNeeds> = {}): MemberNeeds {
  const sizes = { functions: 1, maps: [], instructions: 2, verified: 2 };
  return { programId, ...sizes, gplCompatible: true, ...more };
}

function limits(members: readonly MemberFacts[], more: Partial<LimitQuestion> = {}): string[] {
  return composeLimits({ kind: "xdp", members, segments: [], rules: NEW_RULES, ...more });
}

function ofType(id: number, expectedAttachType: number, section: string, more = {}): MemberFacts {
  const program = { ...member(id).program, expectedAttachType, section };
  return member(id, { program, ...more });
}

Deno.test("composeLimits() has nothing to say of ordinary programs", () => {
  deepStrictEqual(limits([member(1), member(2)]), []);
});

Deno.test("composeLimits() wants all members or none with frags", () => {
  const frags = member(3, { hasFrags: true });
  match(limits([member(1), frags]).join(), /"p3" can, "p1" cannot/);
  deepStrictEqual(limits([frags, frags]), []);
});

Deno.test("composeLimits() refuses programs that belong to maps", () => {
  const found = limits([member(1), ofType(2, 43, "xdp/cpumap")]);
  deepStrictEqual(found, ['"p2" is made for "xdp/cpumap", which is no interface']);
});

Deno.test("composeLimits() wants one attach type where programs call on into others", () => {
  const tail = [{ ...ENTRY, hasTailCall: true }];
  const plain = [ofType(1, 0, "tc"), ofType(2, 46, "tcx/ingress")];
  deepStrictEqual(limits(plain, { kind: "tc" }), []);
  const jumping = [ofType(1, 0, "tc"), ofType(2, 46, "tcx/ingress", { functions: tail })];
  match(limits(jumping, { kind: "tc" }).join(), /"p2" .*sections "tc", "tcx\/ingress"/);
  deepStrictEqual(limits([jumping[1] ?? member(0), jumping[1] ?? member(0)], { kind: "tc" }), []);
});

Deno.test("composeLimits() refuses parts of kernel modules", () => {
  match(limits([member(1), member(2, { usesModules: true })]).join(), /"p2" uses functions/);
});

Deno.test("composeLimits() counts the main program's share of the stack", () => {
  const withStack = (stack: number) => member(1, { functions: [{ ...ENTRY, stack }] });
  deepStrictEqual(limits([withStack(496)]), []);
  deepStrictEqual(limits([withStack(497)]), [
    '"p1" and what it calls take 528 bytes of stack in a chain, 512 are allowed',
  ]);
  deepStrictEqual(limits([withStack(480)], { rules: OLD_RULES }), []);
  strictEqual(limits([withStack(481)], { rules: OLD_RULES }).length, 1);
});

Deno.test("composeLimits() counts frames, and what lies above a tail call", () => {
  const chain = (count: number, more: Partial<MemberFunction> = {}): MemberFunction[] =>
    Array.from({ length: count }, (_, n) => ({
      ...ENTRY,
      start: n,
      calls: n + 1 < count ? [n + 1] : [],
      ...more,
    }));
  deepStrictEqual(limits([member(1, { functions: chain(7) })]), []);
  const deep = [member(1, { functions: chain(8) })];
  match(limits(deep).join(), /calls 9 functions deep/);
  deepStrictEqual(limits(deep, { rules: { stackUnit: 16, mostFrames: null } }), []);
  const above = (stack: number) => [
    { ...ENTRY, calls: [1], stack },
    { ...ENTRY, start: 1, hasTailCall: true },
  ];
  deepStrictEqual(limits([member(1, { functions: above(224) })]), []);
  match(limits([member(1, { functions: above(240) })]).join(), /below 256 bytes/);
});

Deno.test("composeLimits() refuses a member that takes all of a program, and too long chains", () => {
  const functions = (count: number) => member(1, { needs: needs(1, { functions: count }) });
  deepStrictEqual(limits([functions(255)]), []);
  match(limits([functions(256)]).join(), /^"p1" has 256 functions and 0 maps/);
  const segments = (count: number) => Array.from({ length: count }, (_, n) => [needs(n)]);
  deepStrictEqual(limits([member(1)], { segments: segments(24) }), []);
  match(limits([member(1)], { segments: segments(25) }).join(), /25 programs in a row, and 24/);
});
