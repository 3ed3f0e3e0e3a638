import { equal, throws } from "node:assert/strict";
import { checkTemplate, pickText } from "./mod.ts";

const DATA = {
  programs: [
    { id: 63, spec: { name: "pass", "a.b/c": 1 }, links: [1, 2], owner: null, isManaged: true },
    { id: 64, spec: { name: "drop it" }, links: [], size: 2.5 },
    { id: 70, spec: { name: "count" }, links: [3], isManaged: false },
  ],
  "odd key": { id: "x" },
};

/** Templates, and what they make of the data. */
const PICKS: readonly (readonly [template: string, text: string])[] = [
  ["{.programs[0].id}", "63\n"],
  [".programs[0].id", "63\n"],
  ["programs[0].id", "63\n"],
  ["{$.programs[0].id}", "63\n"],
  ["{ .programs[0].id }", "63\n"],
  ["{.programs[*].spec.name}", "pass drop it count\n"],
  ["{.programs.*.id}", "63 64 70\n"],
  ["{.programs[-1].id}", "70\n"],
  ["{.programs[0,2].id}", "63 70\n"],
  ["{.programs[1:].id}", "64 70\n"],
  ["{.programs[:2].id}", "63 64\n"],
  ["{.programs[:-1].id}", "63 64\n"],
  ["{.programs[-2:].id}", "64 70\n"],
  ["{.programs[0:3:2].id}", "63 70\n"],
  ["{.programs[::2].id}", "63 70\n"],
  ["{.programs[0].links}", "[1,2]\n"],
  ["{.programs[0].spec}", '{"name":"pass","a.b/c":1}\n'],
  ["{.programs[0].owner}", "null\n"],
  ["{.programs[0].isManaged}", "true\n"],
  ["{.programs[9].id}", ""],
  ["{.nothing.at.all}", ""],
  ["{.programs[0].spec['a.b/c']}", "1\n"],
  ["{.programs[0].spec.a\\.b/c}", "1\n"],
  ['{["odd key"].id}', "x\n"],
  ["{.programs[0]['id','isManaged']}", "63 true\n"],
  ["{..id}", "63 64 70 x\n"],
  ["{..spec.name}", "pass drop it count\n"],
  ["{.programs[0]..name}", "pass\n"],
  ["{..links[0]}", "1 3\n"],
  ['{.programs[?(@.spec.name=="count")].id}', "70\n"],
  ["{.programs[?(@.spec.name=='drop it')].id}", "64\n"],
  ["{.programs[?(@.id > 63)].id}", "64 70\n"],
  ["{.programs[?(@.id>=63)].id}", "63 64 70\n"],
  ["{.programs[?(@.id<64)].id}", "63\n"],
  ["{.programs[?(@.id<=64)].id}", "63 64\n"],
  ["{.programs[?(@.id!=64)].id}", "63 70\n"],
  ["{.programs[?(@.size==2.5)].id}", "64\n"],
  ["{.programs[?(@.isManaged==true)].id}", "63\n"],
  ["{.programs[?(@.owner==null)].id}", "63\n"],
  ["{.programs[?(@.size)].id}", "64\n"],
  ["{.programs[?(@.links[0])].id}", "63 70\n"],
  ["{.programs[?(@.id>63 && @.isManaged==false)].id}", "70\n"],
  ["{.programs[?(@.id==63 || @.id==70)].id}", "63 70\n"],
  ["{.programs[?(@.id==$.programs[1].id)].spec.name}", "drop it\n"],
  [
    '{range .programs[*]}{.id}{"\\t"}{.spec.name}{"\\n"}{end}',
    "63\tpass\n64\tdrop it\n70\tcount\n",
  ],
  ['{range .programs[*]}{.id}{":"}{range .links[*]}{@}{" "}{end}{end}', "63:1 2 64:70:3 \n"],
  ["ids: {.programs[*].id}, done", "ids: 63 64 70, done\n"],
  ["{range .programs[*]}[{.id}, {.spec.name}] {end}", "[63, pass] [64, drop it] [70, count] \n"],
  ["{'it\\'s'} {\"a\\tb\"}", "it's a\tb\n"],
];

/** Templates that are wrong, and the place that the error names. */
const MISTAKES: readonly (readonly [template: string, place: RegExp])[] = [
  ["", /at its end: it is empty/],
  ["{.programs", /at its end: a path such as/],
  ["{.programs[}", /at character 12, before "}": an index/],
  ["{.programs[0}", /at character 13, before "}": "]" is missing/],
  ["{.programs[0,'a']}", /at character 14, .*an element of the same kind/],
  ["{.programs[::-1]}", /at character 13, .*a slice goes forward/],
  ["{..}", /at character 4, .*a name is missing/],
  ["{.a.b.(x)}", /at character 7, .*a name is missing/],
  ["{.programs[?(@.id==)]}", /at character 20, .*or a value, is missing/],
  ["{.programs[?(1)]}", /at character 15, .*a comparison is missing/],
  ["{.programs[?(@.id==1]}", /at character 21, .*"\)" is missing/],
  ["{range .programs[*]}{.id}", /at its end: "{end}" of the range/],
  ["{.id}{end}", /at character 6, .*no range is open/],
  ["{'abc}", /at character 2, .*the quote has no end/],
  ["{range}{.id}{end}", /at character 2, .*a path such as/],
  ["programs]", /at character 10, before "]": a path has no such part/],
];

Deno.test("pickText() picks what the template asks for", () => {
  for (const [template, text] of PICKS) equal(pickText(template, DATA), text, template);
});

Deno.test("pickText() takes lists and plain values as documents", () => {
  equal(pickText("{[*].id}", [{ id: 1 }, { id: 2 }]), "1 2\n");
  equal(pickText("{$}", "text"), "text\n");
  equal(pickText("{@}", [1]), "[1]\n");
  equal(pickText("{.}", { a: 1 }), '{"a":1}\n');
});

Deno.test("pickText() does not reach what objects inherit", () => {
  equal(pickText("{.constructor}{.__proto__}{.programs.length}", DATA), "");
});

Deno.test("checkTemplate() names the place of a mistake", () => {
  for (const [template, place] of MISTAKES) {
    throws(() => checkTemplate(template), place, template);
  }
});

Deno.test("checkTemplate() ends for any text", () => {
  const letters = [..."{}[]().'\"\\@$*?:,=0a range end"];
  let seed = 7;
  const random = (below: number): number => {
    seed = seed * 48271 % 2147483647;
    return seed % below;
  };
  for (let round = 0; round < 5000; round++) {
    const template = Array.from({ length: random(14) }, () => letters[random(letters.length)]);
    try {
      pickText(template.join(""), DATA);
    } catch (error) {
      equal(error instanceof Error && error.message.startsWith("Cannot read the JSONPath"), true);
    }
  }
});
