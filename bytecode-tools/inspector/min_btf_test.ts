import { deepEqual, equal, ok } from "node:assert/strict";
import { fixture } from "../../tests/support/corpus.ts";
import { btfSection } from "../../tests/wasm/kernel_btf.ts";
import { reportCore } from "./core.ts";
import { Inspector } from "./inspector.ts";
import { minBtf, minBtfWithin } from "./min_btf.ts";

const KIND_STRUCT = 4;

Deno.test("minBtf() keeps the types of relocations, with only the fields that they name", () => {
  const bytes = fixture("core_fields");
  const small = minBtf(bytes, btfSection(bytes));
  ok(small.length < btfSection(bytes).length);
  using inspector = Inspector.fresh();
  const btf = inspector.openBtf(small);
  const id = inspector.findType(btf, "task_struct", KIND_STRUCT);
  ok(id !== undefined);
  match4(inspector.dumpC(btf, id), ["pid", "tgid", "group_leader", "sched_migrated"]);
  equal(inspector.findType(btf, "bpf_raw_tracepoint_args", KIND_STRUCT), undefined);
});

function match4(text: string, names: readonly string[]): void {
  for (const name of names) ok(text.includes(name), `${name} is not in ${text}`);
}

Deno.test("minBtf() gives the same verdicts as the whole BTF", () => {
  for (const name of ["core_fields", "core_guards", "core_externs"]) {
    const bytes = fixture(name);
    const whole = btfSection(bytes);
    const verdicts = (btf: Uint8Array): unknown[] =>
      reportCore(bytes, { btf }).relocations
        .filter(({ kind }) => kind !== "target_type_id")
        .map(({ subject, verdict, targetValue }) => [subject, verdict, targetValue]);
    deepEqual(verdicts(minBtf(bytes, whole)), verdicts(whole), name);
  }
});

Deno.test("minBtfWithin() says what minBtf() says", async () => {
  const bytes = fixture("core_fields");
  const btf = btfSection(bytes);
  deepEqual(await minBtfWithin(bytes, btf, { deadline: 300_000 }), minBtf(bytes, btf));
});

Deno.test("minBtf() of an object without relocations has no types", () => {
  const bytes = fixture("xdp_pass");
  using inspector = Inspector.fresh();
  equal(inspector.countTypes(inspector.openBtf(minBtf(bytes, btfSection(bytes)))), 1);
});
