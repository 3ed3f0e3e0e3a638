import { deepEqual, equal, match, ok } from "node:assert/strict";
import { compile } from "../../tests/support/compile.ts";
import { corpusObjects, fixture } from "../../tests/support/corpus.ts";
import { findingText } from "./findings.ts";
import { validateObject } from "./validate.ts";

const HEAD = `#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
`;
const LICENSE = `char LICENSE[] SEC("license") = "GPL";\n`;

/** Rules of the findings, with their severity. */
function outline(bytes: Uint8Array): string[] {
  return validateObject(bytes).findings.map(({ rule, severity }) => `${severity} ${rule}`);
}

Deno.test("validateObject() has no error for any object of the corpus", () => {
  for (const { name, bytes } of corpusObjects()) {
    const { isValid, findings } = validateObject(bytes);
    ok(isValid, `${name}: ${findings.map(findingText).join("\n")}`);
  }
});

/** Sources, how they are compiled, and what is found. */
const CASES: readonly (readonly [source: string, args: string[], findings: string[]])[] = [
  [`${HEAD}${LICENSE}SEC("xdp") int f(void *c) { return 2; }`, [], ["note debug-info"]],
  [`${HEAD}SEC("xdp") int f(void *c) { return 2; }`, [], ["warning no-license", "note debug-info"]],
  [`${HEAD}${LICENSE}SEC("xdp") int f(void *c) { return 2; }`, ["-g0"], ["warning no-btf"]],
  [`${HEAD}${LICENSE}SEC("odd") int f(void *c) { return 2; }`, ["-g0"], [
    "warning no-btf",
    "warning unknown-section",
  ]],
  [`${HEAD}${LICENSE}int f(void) { return 2; }`, ["-g0"], [
    "warning no-btf",
    "warning no-programs",
  ]],
  [
    `${HEAD}${LICENSE}SEC("xdp") __attribute__((used)) static int f(void *c) { return 2; }`,
    ["-g0"],
    [
      "error static-program",
      "warning no-btf",
    ],
  ],
  [
    `${HEAD}${LICENSE}struct { int type; } m SEC("maps") = { 1 };
SEC("xdp") int f(void *c) { return 2; }`,
    ["-g0"],
    ["error legacy-maps", "warning no-btf"],
  ],
  [
    `${HEAD}${LICENSE}struct { __uint(type, 1); } m SEC(".maps");
SEC("xdp") int f(void *c) { return 2; }`,
    ["-g0"],
    ["error maps-without-btf"],
  ],
  [
    `${HEAD}${LICENSE}struct { __uint(type, 1); __uint(strange, 1); } m SEC(".maps");
SEC("xdp") int f(void *c) { return 2; }`,
    [],
    ["error map-definition", "note debug-info"],
  ],
];

for (const [number, [source, args, findings]] of CASES.entries()) {
  Deno.test(`validateObject() finds ${findings.join(", ")} (case ${number + 1})`, () => {
    const bytes = compile(source, { args });
    deepEqual(outline(bytes), findings);
    equal(validateObject(bytes).isValid, !findings.some((finding) => finding.startsWith("error")));
  });
}

Deno.test("validateObject() names the source line of a helper that the licence does not allow", () => {
  const found = validateObject(fixture("gpl_missing")).findings
    .find(({ rule }) => rule === "gpl-only-helper");
  match(found?.message ?? "", /bpf_trace_printk/);
  match(found?.where.source ?? "", /gpl_missing\.bpf\.c:\d+:\d+$/);
  equal(found?.where.section, "xdp");
});

Deno.test("validateObject() lists every refusal of an object with several faults", () => {
  const bytes = compile(`${HEAD}${LICENSE}SEC("xdp") int f(void *c) { return 2; }
SEC("tc") int g(void *c) { return 0; }`);
  const damaged = bytes.slice();
  const view = new DataView(damaged.buffer);
  const table = Number(view.getBigUint64(40, true));
  const names = new Map<string, number>();
  const strings = Number(view.getBigUint64(table + view.getUint16(62, true) * 64 + 24, true));
  for (let n = 0; n < view.getUint16(60, true); n++) {
    const at = table + n * 64;
    const start = strings + view.getUint32(at, true);
    const name = new TextDecoder().decode(damaged.subarray(start, damaged.indexOf(0, start)));
    names.set(name, Number(view.getBigUint64(at + 24, true)));
  }
  damaged[names.get("xdp") ?? 0] = 0xff;
  damaged[names.get("tc") ?? 0] = 0xff;
  damaged[names.get(".BTF") ?? 0] = 0;
  const { isValid, findings } = validateObject(damaged);
  equal(isValid, false);
  const errors = findings.filter(({ severity }) => severity === "error");
  deepEqual(errors.map(({ rule }) => rule), ["btf-magic", "insn-encoding", "insn-encoding"]);
  deepEqual(errors.map(({ where }) => where.section), [".BTF", "xdp", "tc"]);
});

Deno.test("findingText() says what is wrong, where, and what to do", () => {
  const [finding] = validateObject(new TextEncoder().encode("int main(void) {}")).findings;
  ok(finding !== undefined);
  const [first, second] = findingText(finding).split("\n");
  equal(first, "error: The file is not an ELF file: its magic is wrong (not-elf; at byte 0)");
  match(second ?? "", /^ {2}Name a compiled BPF object/);
});
