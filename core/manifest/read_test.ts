import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { clusterManifest, namespacedManifest } from "../../tests/support/manifests.ts";
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

/** What the reader says of some texts, named a.yaml, b.yaml and so on. */
function refusal(...texts: readonly string[]): ManifestError {
  const files = texts.map((text, at) => ({ path: `${"abcdef"[at]}.yaml`, text }));
  try {
    readManifests(files);
  } catch (error) {
    if (error instanceof ManifestError) return error;
    throw error;
  }
  throw new Error("Cannot test a refusal: the manifests were read");
}

Deno.test("readManifests() fills in defaults", () => {
  const [manifest] = readManifests([{ path: "a.yaml", text: GOOD }]);
  deepStrictEqual(manifest?.spec.programs[0]?.xdp?.links, [{
    interfaceSelector: { interfaces: ["eth0"] },
    priority: 50,
    proceedOn: ["Pass", "DispatcherReturn"],
  }]);
  deepStrictEqual([manifest.kind, manifest.name, manifest.labels], [
    "ClusterBpfApplication",
    "app",
    {},
  ]);
  const image = GOOD.replace("path: /usr/lib/bpf/app.bpf.o", "image: {url: quay.io/a}");
  const [other] = readManifests([{ path: "a.yaml", text: image }]);
  strictEqual(other?.spec.byteCode.image?.imagePullPolicy, "IfNotPresent");
});

Deno.test("readManifests() reads bytes from base64 and from lists of numbers", () => {
  const text = `${GOOD}  globalData:\n    list: [0, 1, 255]\n    text: AAH/\n    loose: AR==\n`;
  const [manifest] = readManifests([{ path: "a.yaml", text }]);
  deepStrictEqual(manifest?.spec.globalData, { list: "AAH/", text: "AAH/", loose: "AQ==" });
});

Deno.test("readManifests() tells namespaced applications from others", () => {
  const doc = namespacedManifest();
  const nameOf = (one: unknown): string | undefined =>
    readManifests([{ path: "a.json", text: JSON.stringify(one) }])[0]?.name;
  strictEqual(nameOf(doc), "blue/app");
  delete doc.metadata.namespace;
  strictEqual(nameOf(doc), "default/app");
});

Deno.test("readManifests() reads several documents, several files, JSON with tabs and lists", () => {
  const json = JSON.stringify(clusterManifest(), null, "\t").replace('"app"', '"json"');
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: [namespacedManifest()] });
  const manifests = readManifests([
    {
      path: "a.yaml",
      text: `# first\n---\n${GOOD}---\n---\n${GOOD.replace("app", "second")}...\n`,
    },
    { path: "b.json", text: json },
    { path: "c.json", text: list },
  ]);
  deepStrictEqual(manifests.map(({ path, name }) => [path, name]), [
    ["a.yaml", "app"],
    ["a.yaml", "second"],
    ["b.json", "json"],
    ["c.json", "blue/app"],
  ]);
});

Deno.test("readManifests() follows aliases", () => {
  const text = GOOD.replace(
    "priority: 50",
    "priority: 50\n          - &one\n            " +
      "interfaceSelector: {interfaces: [eth1]}\n          - *one",
  );
  const [manifest] = readManifests([{ path: "a.yaml", text }]);
  const names = manifest?.spec.programs[0]?.xdp?.links?.map((link) =>
    link.interfaceSelector.interfaces
  );
  deepStrictEqual(names, [["eth0"], ["eth1"], ["eth1"]]);
});

Deno.test("an alias means the anchor that was last before it, not one within an alias", () => {
  const text = GOOD + "  globalData:\n    a: &x [1, &y 2]\n    b: [&y 3]\n    c: *x\n    d: [*y]\n";
  const [manifest] = readManifests([{ path: "a.yaml", text }]);
  strictEqual(manifest?.spec.globalData?.["d"], "Aw==");
});

Deno.test("a refusal lists everything that is wrong, with file, line and path", () => {
  const first = GOOD.replace("priority: 50", "priority: 5000").replace("XDP", "XPD");
  const second = GOOD.replace("nodeSelector", "nodeSelctor");
  const error = refusal(first, GOOD, second);
  strictEqual(error.code, "manifest-invalid");
  deepStrictEqual(error.message.split("\n"), [
    "Cannot use the manifests: 4 problems:",
    "  a.yaml:11: spec.programs[0].type: must be one of XDP, TC, TCX, FEntry, FExit, KProbe, " +
    'KRetProbe, UProbe, URetProbe, TracePoint: this is "XPD"; did you mean "XDP"?',
    "  a.yaml:16: spec.programs[0].xdp.links[0].priority: must be a whole number from 0 to 1000: " +
    "this is 5000",
    '  c.yaml:6: spec.nodeSelctor: unknown field: did you mean "nodeSelector"?',
    "  c.yaml:5: spec.nodeSelector: required, and left out",
  ]);
});

Deno.test("a single problem is told in one line", () => {
  strictEqual(
    refusal(GOOD.replace("eth0", "7")).message,
    "Cannot use the manifest: a.yaml:15: " +
      "spec.programs[0].xdp.links[0].interfaceSelector.interfaces[0]: must be a text: this is 7",
  );
});

Deno.test("more than 50 problems are not listed", () => {
  const keys = Array.from({ length: 60 }, (_, at) => `  k${at}: 1\n`).join("");
  const lines = refusal(GOOD + keys).message.split("\n");
  strictEqual(lines.length, 52);
  strictEqual(lines.at(-1), "  and 10 more");
});

Deno.test("lines and paths within a list are those of the file", () => {
  const item = GOOD.replace("50", "-1").replace(/^/gm, "    ");
  const text = `apiVersion: v1\nkind: List\nitems:\n  -\n${item.trimEnd()}\n`;
  match(
    refusal(text).message,
    /a\.yaml:20: items\[0\]\.spec\.programs\[0\]\.xdp\.links\[0\]\.prio/,
  );
});

Deno.test("two applications of a name are refused, in one file or in two", () => {
  match(
    refusal(GOOD, GOOD).message,
    /b\.yaml:4: metadata\.name: the application "app" is at a\.yaml:4 already$/,
  );
  match(refusal(`${GOOD}---\n${GOOD}`).message, /a\.yaml:21: .* is at a\.yaml:4 already$/);
});

Deno.test("the same name in two namespaces is two applications", () => {
  const other = namespacedManifest();
  other.metadata.namespace = "red";
  const files = [namespacedManifest(), other, clusterManifest()].map((one, at) => ({
    path: `${at}.json`,
    text: JSON.stringify(one),
  }));
  deepStrictEqual(readManifests(files).map(({ name }) => name), ["blue/app", "red/app", "app"]);
});

const OLD: readonly (readonly [kind: string, text: string])[] = [
  ["XdpProgram", "apiVersion: bpfman.io/v1alpha1\nkind: XdpProgram\nspec: {}\n"],
  ["TcProgram", "apiVersion: bpfd.dev/v1alpha1\nkind: TcProgram\nspec: {}\n"],
  ["BpfNsApplication", "apiVersion: bpfman.io/v1alpha1\nkind: BpfNsApplication\nspec: {}\n"],
  [
    "BpfApplication",
    "apiVersion: bpfman.io/v1alpha1\nkind: BpfApplication\nspec: {bytecode: {}}\n",
  ],
];

for (const [kind, text] of OLD) {
  Deno.test(`the refusal of an older ${kind} names the command that converts it`, () => {
    const { message, hint } = refusal(text);
    match(message, new RegExp(`a\\.yaml:2: kind: ${kind} of bpf.*/v1alpha1 is an older form$`));
    match(hint ?? "", /bpfman convert -f FILE$/);
  });
}

Deno.test("a misspelt key of the present form is no older form", () => {
  const doc = namespacedManifest();
  doc.spec.bytecode = doc.spec.byteCode;
  delete doc.spec.byteCode;
  const error = refusal(JSON.stringify(doc));
  strictEqual(error.hint, undefined);
  match(error.message, /spec\.bytecode: unknown field: did you mean "byteCode"\?/);
});

Deno.test("numbers that other readers take for others are refused", () => {
  match(
    refusal(GOOD.replace("priority: 50", "priority: 050")).message,
    /a\.yaml:16: "050" is another number to other readers: leave the 0 out$/,
  );
  for (const priority of ["0", "0x32", "5e1", "50.0"]) {
    strictEqual(readManifests([{ path: "a", text: GOOD.replace("50", priority) }]).length, 1);
  }
});

Deno.test("a text with a mark of its byte order and ends of lines of other systems is read", () => {
  const text = `\ufeff${GOOD.replaceAll("\n", "\r\n")}`;
  strictEqual(readManifests([{ path: "a.yaml", text }])[0]?.name, "app");
  match(refusal(text.replace("50", "-1")).message, /a\.yaml:16: /);
});
