import { deepEqual, equal, match, ok, rejects, throws } from "node:assert/strict";
import { fixture, fixtureObjects } from "../../tests/support/corpus.ts";
import { btfSection } from "../../tests/wasm/kernel_btf.ts";
import {
  type CoreReport,
  type LinkedProgram,
  ObjectJudge,
  reportCore,
  reportCoreWithin,
  reportObject,
  reportObjectWithin,
} from "./core.ts";
import { InspectError } from "./inspect_error.ts";
import type { KernelAnswers } from "../wasm/calls.ts";

const ANSWERS: KernelAnswers = {
  config: "CONFIG_HZ=250\nCONFIG_NF_CONNTRACK=m",
  version: 0x060c05,
  hasBpfCookie: true,
  hasSyscallWrapper: true,
};

function reportExterns(config: string): CoreReport {
  const bytes = fixture("core_externs");
  return reportCore(bytes, { btf: btfSection(bytes), answers: { ...ANSWERS, config } });
}

Deno.test("reportObject() cuts code and data into programs and maps", () => {
  const report = reportObject(fixture("core_guards"));
  equal(report.failure, undefined);
  for (const { bytes, instructions, facts } of report.programs) {
    equal(bytes.length, instructions * 8, facts.name);
    // every function ends with exit, 0x95
    equal(bytes[bytes.length - 8], 0x95, facts.name);
  }
  for (const [index, bytes] of report.data) {
    equal(bytes.length, report.facts.maps[index]?.valueSize);
  }
  const rodata = report.facts.maps.findIndex(({ content }) => content === "rodata");
  deepEqual([...report.data.get(rodata) ?? []], [0, 1]);
});

Deno.test("reportObject() leaves lines out when they are not wanted", () => {
  const report = reportObject(fixture("core_guards"), { withLines: false });
  deepEqual(new Set(report.programs.map(({ lines }) => lines.length)), new Set([0]));
});

Deno.test("reportCore() gives the kconfig externs the values of the configuration", () => {
  const report = reportExterns(ANSWERS.config);
  const index = report.facts.maps.findIndex(({ content }) => content === "kconfig");
  const data = report.data.get(index);
  ok(data !== undefined);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const values = report.externs.filter(({ kind }) => kind === "kconfig").map((one) => [
    ...[one.name, one.isSet, view.getUint8(one.valueOffset ?? 0)],
  ]);
  deepEqual(values, [
    ["CONFIG_HZ", true, 250],
    ["CONFIG_NF_CONNTRACK", true, 2],
    ["LINUX_KERNEL_VERSION", true, 5],
    ["CONFIG_BPFMAN_FUTURE", false, 0],
  ]);
});

Deno.test("reportCore() keeps the rest of the report when the configuration does not fit", () => {
  const report = reportExterns('CONFIG_HZ="many"');
  equal(report.failure?.code, "refused");
  match(report.failure?.message ?? "", /^Cannot apply the kernel configuration: .*CONFIG_HZ/);
  equal(report.programs.length, 4);
});

Deno.test("reportCore() finds the kernel symbols of an object in the target", () => {
  const bytes = fixture("core_externs");
  const btf = btfSection(bytes);
  const { externs } = reportCore(bytes, { btf });
  // the object's own BTF declares them all
  const symbols = externs.filter(({ kind }) => kind !== "kconfig");
  deepEqual(symbols.map(({ isSet }) => isSet), [true, true, true, true]);
  const none = reportCore(bytes, { btf: btfSection(fixture("xdp_pass")) }).externs;
  deepEqual(none.filter(({ isSet }) => isSet), []);
});

Deno.test("reportCore() refuses a target that is no BTF", () => {
  throws(
    () => reportCore(fixture("core_fields"), { btf: new Uint8Array(100) }),
    (error) => error instanceof InspectError && error.code === "refused" && error.errno === 22,
  );
});

/** A worker may start late on a busy machine. */
const PATIENT = { deadline: 300_000 };

Deno.test("reportCoreWithin() and reportObjectWithin() say what their counterparts say", async () => {
  const bytes = fixture("core_guards");
  const target = { btf: btfSection(fixture("xdp_counter")), answers: ANSWERS };
  deepEqual(await reportCoreWithin(bytes, target, PATIENT), reportCore(bytes, target));
  deepEqual(await reportObjectWithin(bytes, PATIENT), reportObject(bytes));
});

Deno.test("reportObjectWithin() rejects with the reason of a refusal", async () => {
  await rejects(
    reportObjectWithin(new Uint8Array(64), PATIENT),
    (error) => error instanceof InspectError && error.code === "refused",
  );
});

/** Code as it was before maps and functions got numbers, which go on counting in one instance. */
function withoutNumbers({ bytes, references }: LinkedProgram): string {
  const code = bytes.slice();
  for (const { instruction } of references) code.fill(0, instruction * 8 + 4, instruction * 8 + 8);
  return code.toHex();
}

Deno.test("ObjectJudge says of each kernel what a fresh instance says, whatever came before", () => {
  const targets = ["xdp_counter", "core_fields", "xdp_pass", "core_fields"]
    .map((name) => ({ btf: btfSection(fixture(name)), answers: ANSWERS }));
  for (const { name, bytes } of fixtureObjects()) {
    const judge = new ObjectJudge(bytes);
    for (const target of targets) {
      const { programs, ...rest } = judge.report(target);
      const { programs: freshPrograms, ...freshRest } = reportCore(bytes, target);
      deepEqual(rest, freshRest, name);
      deepEqual(programs.map(withoutNumbers), freshPrograms.map(withoutNumbers), name);
    }
  }
});

Deno.test("ObjectJudge goes on with a fresh instance after a kernel that is none", () => {
  const bytes = fixture("core_fields");
  const target = { btf: btfSection(bytes) };
  const judge = new ObjectJudge(bytes);
  const before = judge.report(target);
  throws(() => judge.report({ btf: new Uint8Array(100) }), InspectError);
  deepEqual(judge.report(target), before);
});
