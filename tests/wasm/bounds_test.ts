/**
 * Objects that ask for too much.
 *
 * @module
 */
import { equal, ok, throws } from "node:assert/strict";
import { reportObject } from "../../bytecode-tools/inspector/core.ts";
import { InspectError } from "../../bytecode-tools/inspector/inspect_error.ts";
import { Inspector } from "../../bytecode-tools/inspector/inspector.ts";
import { compile } from "../support/compile.ts";
import { fixture } from "../support/corpus.ts";

function withBss(size: string): Uint8Array {
  return compile(`char huge[${size}]; __attribute__((section("xdp"), used)) int p(void *c)
    { return huge[3]; } char LICENSE[] __attribute__((section("license"))) = "GPL";`);
}

function isInspectError(error: unknown): boolean {
  return error instanceof InspectError && ["refused", "trap", "oversize"].includes(error.code);
}

Deno.test("an object with a section of 16 MiB without bytes is opened", () => {
  const { facts, data } = reportObject(withBss("16 << 20"));
  const index = facts.maps.findIndex(({ content }) => content === "bss");
  equal(facts.maps[index]?.valueSize, 16 << 20);
  equal(data.get(index)?.length, 16 << 20);
});

for (const size of ["400 << 20", "0x7ffffff0", "1UL << 33", "1UL << 60"]) {
  Deno.test(`an object with a section of ${size} bytes without bytes is our error, soon`, () => {
    const bytes = withBss(size);
    const start = performance.now();
    throws(() => reportObject(bytes), isInspectError);
    ok(performance.now() - start < 60_000);
  });
}

Deno.test("no prefix of an object and no BTF cut short makes the module trap", () => {
  const bytes = fixture("core_guards");
  for (let length = 0; length < bytes.length; length += 97) {
    using inspector = Inspector.fresh();
    try {
      inspector.describe(inspector.openObject(bytes.subarray(0, length)));
    } catch (error) {
      ok(error instanceof InspectError);
      equal(error.code, "refused", `${length} bytes`);
    }
  }
});
