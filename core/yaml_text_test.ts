import { deepEqual, equal } from "node:assert/strict";
import { parse } from "yaml";
import { toYamlText } from "./yaml_text.ts";

const SAMPLES: readonly unknown[] = [
  {},
  [],
  null,
  "no",
  0,
  { a: [], b: {}, c: null },
  { list: [{ name: "x", deep: [{ y: 1 }, [1, [2]], []] }, "z"] },
  { "a: b": "x: y", "#": "# not a comment", "": " leading", tail: "tail " },
  [
    "yes",
    "No",
    "on",
    "y",
    "null",
    "~",
    "NaN",
    ".inf",
    "0x10",
    "1e3",
    "1_000",
    "12:30:45",
    "-1",
    "2001-01-01",
  ],
  { text: 'quotes " and \\ and\nnew lines\tand \u0001 control', emoji: "🐝", nbsp: "\u0085\u2028" },
  { "-": "-", "?": "?", "!tag": "&anchor", "*": "*alias", "%": "%x", "@": "`", "|": ">", "[": "{" },
  { types: ["xdp", "BPF_PROG_TYPE_XDP", "sched/sched_switch", "a.b-c+d"] },
];

Deno.test("toYamlText() is read back by another implementation as the same data", () => {
  for (const version of ["1.1", "1.2"] as const) {
    for (const sample of SAMPLES) deepEqual(parse(toYamlText(sample), { version }), sample);
  }
});

Deno.test("toYamlText() leaves plain words without quotes and indents blocks", () => {
  const text = toYamlText({ name: "xdp_pass", maps: [{ name: "a", size: 4 }], gone: undefined });
  equal(text, "name: xdp_pass\nmaps:\n- name: a\n  size: 4\n");
});

Deno.test("toYamlText() writes only characters that YAML allows, and numbers that 1.1 knows", () => {
  const odd = ["\x7f", "\x80\x9b31m", "a\u0085", "\u2028\u2029", "\ufeffx", "\ufffe\uffff"];
  const text = toYamlText([...odd, 1e21, -1e-7]);
  // c-printable of YAML 1.2, without what breaks lines in 1.1
  equal(/[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/.exec(text), null);
  equal(text.split("\n").slice(-3).join("\n"), "- 1.0e+21\n- -1.0e-7\n");
  deepEqual(parse(text), [...odd, 1e21, -1e-7]);
});
