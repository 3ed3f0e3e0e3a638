import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { readBtf } from "../../../bytecode-tools/btf/btf.ts";
import { btfText } from "../../../bytecode-tools/btf/dump.ts";
import { chainBtf, FIRST_FUNCTION, functionName } from "./btf.ts";

Deno.test("chainBtf() gives each function a type that takes the context", () => {
  for (const [kind, context] of [["xdp", "xdp_md"], ["tc", "__sk_buff"]] as const) {
    const btf = readBtf(chainBtf(kind, ["main", "first", "first"]));
    const text = btfText(btf);
    strictEqual(text.includes(`[${FIRST_FUNCTION}] FUNC 'main'`), true, text);
    strictEqual(text.match(/FUNC 'first'/g)?.length, 2, text);
    strictEqual(text.includes(`'${context}'`), true, text);
  }
});

Deno.test("functionName() makes names that the kernel takes", () => {
  deepStrictEqual(["count", "a.b-c", "9lives"].map(functionName), ["count", "a_b_c", "_9lives"]);
  strictEqual(functionName("x".repeat(300)).length, 127);
});
