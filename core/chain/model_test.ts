import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { type ChainMember, hookKey, hookWord } from "./model.ts";
import { inOrder } from "./order.ts";
import { codesOf, DEFAULT_PROCEED_ON, maskOf, PROCEED_CODES, wordOf } from "./proceed_on.ts";
import { actsAlone, chainVerdict } from "./verdict.ts";

const PLACE = { interface: "eth0", ifindex: 4, netns: null, nsid: 7 } as const;

function member(linkId: number, priority: number): ChainMember {
  return { linkId, programId: linkId + 100, priority, proceedOn: [2] };
}

Deno.test("hookKey() tells kind, side, namespace and interface apart", () => {
  strictEqual(hookKey({ kind: "xdp", ...PLACE }), "xdp_7_4");
  strictEqual(hookKey({ kind: "tc", direction: "egress", ...PLACE }), "tc-egress_7_4");
  strictEqual(hookWord({ kind: "tc", direction: "ingress", ...PLACE }), "tc-ingress");
});

Deno.test("inOrder() sorts by priority, then by age, and leaves the given list alone", () => {
  const given = [member(3, 50), member(1, 90), member(2, 50), member(4, 0)];
  deepStrictEqual(inOrder(given).map(({ linkId }) => linkId), [4, 2, 3, 1]);
  strictEqual(given[0]?.linkId, 3);
});

Deno.test("inOrder() keeps two of the same priority as they are when another joins", () => {
  const two = [member(1, 50), member(2, 50)];
  const ids = (members: readonly ChainMember[]) => inOrder(members).map(({ linkId }) => linkId);
  deepStrictEqual(ids([member(3, 90), ...two.toReversed()]), [1, 2, 3]);
});

Deno.test("codesOf() reads words in any case, sorts them, and drops doubles", () => {
  deepStrictEqual(codesOf("xdp", ["PASS", "drop", "pass"]), [1, 2]);
  deepStrictEqual(codesOf("tc", ["trap", "unspec", "ok"]), [-1, 0, 8]);
  throws(() => codesOf("xdp", ["ok"]), /Unknown XDP action "ok" .* aborted, drop, pass/);
  throws(() => codesOf("tc", ["toString"]), /Unknown TC action "toString"/);
});

Deno.test("wordOf() is the way back", () => {
  for (const kind of ["xdp", "tc"] as const) {
    for (const word of Object.keys(PROCEED_CODES[kind])) {
      strictEqual(wordOf(kind, codesOf(kind, [word])[0] ?? NaN), word);
    }
  }
  strictEqual(wordOf("xdp", 17), "17");
});

Deno.test("maskOf() has bpfman's bit for every word", () => {
  const bits = (kind: "xdp" | "tc") =>
    Object.values(PROCEED_CODES[kind]).map((code) => maskOf(kind, [code]));
  deepStrictEqual(bits("xdp"), [0x1, 0x2, 0x4, 0x8, 0x10, 0x80000000]);
  deepStrictEqual(
    bits("tc"),
    [0x1, 0x2, 0x4, 0x8, 0x10, 0x20, 0x40, 0x80, 0x100, 0x200, 0x80000000],
  );
  strictEqual(maskOf("xdp", DEFAULT_PROCEED_ON.xdp), 0x80000004);
  strictEqual(maskOf("tc", DEFAULT_PROCEED_ON.tc), 0x80000010);
});

Deno.test("chainVerdict() stops at the first result that its member does not proceed on", () => {
  const [drop, pass] = [1, 2];
  const runs = [
    { proceedOn: [pass], returns: pass },
    { proceedOn: [pass], returns: drop },
    { proceedOn: [pass], returns: 3 },
  ];
  deepStrictEqual(chainVerdict("xdp", runs), { code: drop, ran: 2 });
});

Deno.test("chainVerdict() lets packets pass at the end of the chain", () => {
  deepStrictEqual(chainVerdict("xdp", [{ proceedOn: [1], returns: 1 }]), { code: 2, ran: 1 });
  deepStrictEqual(chainVerdict("tc", [{ proceedOn: [2, 3], returns: 2 }]), { code: 0, ran: 1 });
  deepStrictEqual(chainVerdict("tc", []), { code: 0, ran: 0 });
});

Deno.test("actsAlone() sees the proceed-on that a lone program cannot have", () => {
  strictEqual(actsAlone("xdp", DEFAULT_PROCEED_ON.xdp), true);
  strictEqual(actsAlone("tc", DEFAULT_PROCEED_ON.tc), true);
  strictEqual(actsAlone("xdp", codesOf("xdp", ["pass", "drop"])), false);
  strictEqual(actsAlone("tc", codesOf("tc", ["shot"])), false);
  strictEqual(actsAlone("tc", codesOf("tc", ["ok", "unspec"])), true);
});
