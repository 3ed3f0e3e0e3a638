import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { tooMany, unfit } from "./limits.ts";

const FIXTURES = new URL("../../../tests/fixtures/", import.meta.url).pathname;

function candidate(object: string, name: string) {
  return { name, bytes: Deno.readFileSync(`${FIXTURES}${object}.bpf.o`) };
}

Deno.test("unfit() takes functions of the chain's own context", () => {
  deepStrictEqual(unfit(candidate("xdp_member", "xdp_member"), "xdp"), []);
  deepStrictEqual(unfit(candidate("tc_member", "tc_member"), "tc"), []);
});

Deno.test("unfit() names the context that a function must take", () => {
  const [reason, ...more] = unfit(candidate("tc_member", "tc_member"), "xdp");
  match(reason ?? "", /^"tc_member" does not take "struct xdp_md \*" alone/);
  deepStrictEqual(more, []);
});

Deno.test("unfit() names a function without type information", () => {
  const bytes = candidate("xdp_member", "").bytes;
  match(unfit({ name: "elsewhere", bytes }, "xdp")[0] ?? "", /no type information for "elsewhere"/);
});

Deno.test("unfit() tells that an object has no type information", () => {
  const { name, bytes } = candidate("xdp_member", "xdp_member");
  // the section keeps its bytes and loses its name
  const at = new TextDecoder("latin1").decode(bytes).lastIndexOf(".BTF\0");
  const renamed = bytes.slice();
  renamed.set(new TextEncoder().encode(".OFF"), at);
  match(unfit({ name, bytes: renamed }, "xdp")[0] ?? "", /compiled without -g/);
});

Deno.test("tooMany() lets ten programs in, and no eleventh", () => {
  deepStrictEqual(tooMany(10), []);
  strictEqual(tooMany(11).length, 1);
});
