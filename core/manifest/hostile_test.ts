import { deepStrictEqual, match, ok } from "node:assert/strict";
import { clusterManifest } from "../../tests/support/manifests.ts";
import { Random } from "../../tests/support/random.ts";
import { ManifestError } from "./problems.ts";
import { readManifests } from "./read.ts";

const GOOD = `apiVersion: bpfman.io/v1alpha1
kind: ClusterBpfApplication
metadata:
  name: app
spec:
  nodeSelector: {}
  byteCode:
    path: /usr/lib/bpf/app.bpf.o
  programs:
    - name: xdp_one
      type: XDP
      xdp:
        links:
          - interfaceSelector:
              interfaces: [eth0]
            priority: 50
`;

/** What the reader says of a text. */
function refusal(text: string): ManifestError {
  try {
    readManifests([{ path: "a.yaml", text }]);
  } catch (error) {
    if (error instanceof ManifestError) return error;
    throw error;
  }
  throw new Error("Cannot test a refusal: the manifest was read");
}

const BROKEN: readonly (readonly [title: string, text: string, says: RegExp])[] = [
  ["nothing", "", /^a\.yaml:1: there is no manifest in it$/],
  ["comments only", "# nothing\n---\n", /^a\.yaml:1: there is no manifest in it$/],
  ["an empty list", '{"apiVersion":"v1","kind":"List","items":[]}', /there is no manifest in it$/],
  ["no object", "- a\n", /^a\.yaml:1: must be an object with apiVersion, kind and spec$/],
  [
    "another resource",
    "\n\napiVersion: v1\nkind: Pod\n",
    /^a\.yaml:3: apiVersion: must be "bpfman\.io\/v1alpha1": this is "v1"$/,
  ],
  ["an open bracket", "a: 1\nb: [\n", /^a\.yaml:\d+: Flow sequence/],
  ["bad indentation", "a:\n  b: 1\n c: 2\n", /^a\.yaml:\d+: /],
  [
    "a key twice",
    GOOD.replace("  byteCode", "  nodeSelector: {}\n  byteCode"),
    /^a\.yaml:7: the key "nodeSelector" is there twice$/,
  ],
  ["a key that is an object", "{a: 1}: 2\n", /^a\.yaml:1: a key is no text$/],
  ["an unknown tag", "a: !!js/function x\n", /^a\.yaml:1: Unresolved tag/],
  ["binary data", "a: !!binary aGk=\n", /^a\.yaml:1: (Unresolved tag|a value is neither)/],
  ["an anchor that is not there", "a: *b\n", /^a\.yaml:1: there is no anchor "b"$/],
  ["an alias of itself", "a: &a [*a]\n", /^a\.yaml:1: more than 64 levels$/],
  ["deep lists", "[".repeat(200_000), /^a\.yaml:1: more than 64 levels$/],
  ["deep lists in blocks", "- ".repeat(20_000), /^a\.yaml:1: more than 64 levels$/],
  ["65 levels", `${"[".repeat(66)}${"]".repeat(66)}`, /^a\.yaml:1: more than 64 levels$/],
  ["more than 1 MiB", `#${" ".repeat(1024 * 1024)}`, /^a\.yaml:1: the file has more than 1 MiB$/],
  [
    "more than 1 MiB in UTF-8",
    `#${"é".repeat(600_000)}`,
    /^a\.yaml:1: the file has more than 1 MiB$/,
  ],
];

for (const [title, text, says] of BROKEN) {
  Deno.test(`readManifests() refuses ${title}`, () => {
    const { problems: [problem] } = refusal(text);
    const { line, path, message } = problem ?? {};
    match(`a.yaml:${line}: ${path === "" ? "" : `${path}: `}${message}`, says);
  });
}

Deno.test("aliases that unfold to billions of values end early", () => {
  const names = "abcdefghij";
  const rows = [...names].slice(1).map((name, at) =>
    `${name}: &${name} [${Array(20).fill(`*${names[at]}`).join(",")}]`
  );
  const { message } = refusal(`a: &a [${Array(20).fill("x").join(",")}]\n${rows.join("\n")}\n`);
  match(message, /too many values$/);
});

Deno.test("keys of objects' prototypes are keys like others", () => {
  const text = `${GOOD}  globalData: {__proto__: [1], constructor: [2]}\n`;
  const [manifest] = readManifests([{ path: "a.yaml", text }]);
  deepStrictEqual(Object.entries(manifest?.spec.globalData ?? {}), [
    ["__proto__", "AQ=="],
    ["constructor", "Ag=="],
  ]);
  match(refusal(`${GOOD}  toString: 1\n`).message, /spec\.toString: unknown field/);
});

Deno.test("2000 damaged manifests are read, or refused with a line of the file", () => {
  const random = new Random(8);
  const sources = [GOOD, JSON.stringify(clusterManifest(), null, 1)];
  const pieces = [
    "",
    "\n",
    ": ",
    "- ",
    "&a ",
    "*a",
    "!!x ",
    "{",
    "]",
    '"',
    "'",
    "|",
    "#",
    "\0",
    "é",
  ];
  let refused = 0;
  for (let count = 0; count < 2000; count++) {
    let text = random.pick(sources) ?? "";
    for (let times = 1 + random.below(3); times > 0; times--) {
      const at = random.below(text.length);
      text = text.slice(0, at) + random.pick(pieces) + text.slice(at + random.below(4));
    }
    try {
      readManifests([{ path: "a.yaml", text }]);
    } catch (error) {
      ok(error instanceof ManifestError, `${error}\n${text}`);
      const lines = text.split("\n").length;
      ok(error.problems.every(({ line }) => line >= 1 && line <= lines), error.message);
      refused++;
    }
  }
  ok(refused > 1000, `${refused} were refused`);
});

Deno.test("strange text is read in bounded time", () => {
  for (const piece of ['"', "[]]", "&a ", "*a ", "a: {b: 1}\n", "---\n", "%a\n", "? "]) {
    const begin = performance.now();
    const error = refusal(piece.repeat(Math.floor(6_000 / piece.length)));
    ok(error.problems.length > 0);
    ok(performance.now() - begin < 60_000, piece);
  }
});
