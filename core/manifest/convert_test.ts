import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { clusterManifest } from "../../tests/support/manifests.ts";
import { toYamlText } from "../yaml_text.ts";
import { type ConvertedManifests, convertManifests } from "./convert.ts";
import { expand } from "./expand.ts";
import { ManifestError } from "./problems.ts";
import { readManifests } from "./read.ts";

const OLD = new URL("../../tests/fixtures/manifests/old/", import.meta.url);

function convert(text: string): ConvertedManifests {
  return convertManifests([{ path: "old.yaml", text }]);
}

function fixture(name: string): ConvertedManifests {
  return convert(Deno.readTextFileSync(new URL(name, OLD)));
}

/** The name of each document, and its programs with their types. */
function shortOf({ documents }: ConvertedManifests): unknown[] {
  const files = documents.map((one, at) => ({ path: `${at}.yaml`, text: toYamlText(one) }));
  return readManifests(files).map(({ kind, name, spec }) => [
    kind,
    name,
    spec.programs.map((program) => `${program.type}:${program.name}`).join(),
  ]);
}

Deno.test("convertManifests() knows the kinds of version 0.2", () => {
  const found = fixture("v02.yaml");
  deepStrictEqual(found.documents, [{
    apiVersion: "bpfman.io/v1alpha1",
    kind: "ClusterBpfApplication",
    metadata: { name: "pass" },
    spec: {
      nodeSelector: { matchLabels: { "kubernetes.io/hostname": "worker" } },
      byteCode: {
        image: { url: "quay.io/example/xdp_pass:latest", imagePullPolicy: "Always" },
      },
      globalData: { level: [1] },
      programs: [{
        name: "pass",
        type: "XDP",
        xdp: { links: [{ interfaceSelector: { interfaces: ["eth0"] }, priority: 0 }] },
      }],
    },
  }]);
  match(found.notes.join(), /^old\.yaml:6: spec: sectionname "xdp\/pass" was taken for the func/);
});

Deno.test("convertManifests() knows a kind for each type, of version 0.4 and group bpfd.dev", () => {
  const found = fixture("v04.yaml");
  deepStrictEqual(shortOf(found), [
    ["ClusterBpfApplication", "counters", "XDP:xdp_stats"],
    ["ClusterBpfApplication", "counters-tc", "TC:stats"],
    ["ClusterBpfApplication", "tcx-counter", "TCX:tcx_stats"],
    ["ClusterBpfApplication", "enter", "TracePoint:enter_openat"],
    ["ClusterBpfApplication", "wake", "KRetProbe:my_kprobe"],
    ["ClusterBpfApplication", "alloc", "UProbe:my_uprobe"],
    ["ClusterBpfApplication", "unlink-entry", "FEntry:test_fentry"],
    ["ClusterBpfApplication", "unlink-exit", "FExit:test_fexit"],
  ]);
  deepStrictEqual(found.notes, [
    'old.yaml:22: metadata.name: is "counters-tc" now: "counters" is the name of another one',
    "old.yaml:36: spec.containers.containernames: is without meaning: a link is made for each pod",
    "old.yaml:79: spec.mapownerselector: is gone: maps are shared within an application",
    "old.yaml:126: kind: BpfProgram says what is on a node: there is nothing to convert",
  ]);
});

Deno.test("what was converted means on this machine what it meant before", () => {
  const { documents } = fixture("v04.yaml");
  const host = { interfaces: [{ name: "eth9", isUp: true, hasDefaultRoute: true }] };
  const [first, , third, fourth] = documents.map((one, at) =>
    readManifests([{ path: `${at}.yaml`, text: toYamlText(one) }])[0]
  );
  const targets = [first, third, fourth].flatMap((manifest) =>
    manifest === undefined
      ? []
      : expand(manifest, host).application.programs.flatMap(({ links }) =>
        links.map(({ target }) => target)
      )
  );
  deepStrictEqual(targets, [
    { kind: "xdp", interface: "eth9", priority: 55, proceedOn: ["pass", "dispatcher_return"] },
    { kind: "tcx", interface: "eth0", priority: 500, direction: "egress" },
    { kind: "tracepoint", group: "syscalls", name: "sys_enter_openat" },
    { kind: "tracepoint", group: "syscalls", name: "sys_enter_openat2" },
  ]);
});

Deno.test("convertManifests() knows applications of version 0.5, and namespaced kinds", () => {
  const found = fixture("v05.yaml");
  deepStrictEqual(shortOf(found), [
    [
      "ClusterBpfApplication",
      "many",
      "KProbe:kprobe_counter,KRetProbe:kretprobe_counter,TracePoint:tracepoint_counter," +
      "TC:stats,UProbe:uprobe_counter,FEntry:fentry_counter,XDP:xdp_stats",
    ],
    ["BpfApplication", "web/tenant", "XDP:xdp_stats"],
    ["BpfApplication", "web/tenant-app", "URetProbe:uretprobe_counter"],
  ]);
  match(found.notes.join(), /^old\.yaml:3: kind: is ClusterBpfApplication now: /);
});

Deno.test("programs of the same function become one with the links of all", () => {
  const [document] = fixture("v05.yaml").documents;
  const text = toYamlText(document);
  strictEqual(text.match(/name: stats/g)?.length, 1);
  match(text, /direction: Ingress[\s\S]*direction: Egress/);
});

Deno.test("convertManifests() leaves what has the present form as it is", () => {
  const manifest = clusterManifest();
  deepStrictEqual(convert(JSON.stringify(manifest)), { documents: [manifest], notes: [] });
});

const PROGRAM = `apiVersion: bpfman.io/v1alpha1
kind: KprobeProgram
metadata: {name: wake, namespace: web}
spec:
  bpffunctionname: my_kprobe
  nodeselector: {}
  func_name: try_to_wake_up
  bytecode: {path: /a.o}
`;

const LOST: readonly (readonly [addition: string, says: RegExp])[] = [
  ["", /^old\.yaml:3: metadata\.namespace: is gone/],
  ["  container_pid: 7\n", /^old\.yaml:9: spec\.container_pid: is gone/],
  [
    "  offset: 8\n  retprobe: true\n",
    /^old\.yaml:9: spec\.offset: is gone: a return probe has none/,
  ],
  ["  colour: red\n", /^old\.yaml:9: spec\.colour: is unknown and was left out/],
];

for (const [addition, says] of LOST) {
  Deno.test(`convertManifests() notes what becomes of ${JSON.stringify(addition)}`, () => {
    const { notes, documents } = convert(PROGRAM + addition);
    strictEqual(documents.length, 1);
    strictEqual(notes.filter((note) => says.test(note)).length, 1, notes.join("\n"));
  });
}

Deno.test("convertManifests() says nothing of switches that are off", () => {
  const text = PROGRAM.replace(", namespace: web", "") + "  container_pid: 0\n  retprobe: false\n";
  deepStrictEqual(convert(text).notes, []);
});

function refusal(text: string): ManifestError {
  try {
    convert(text);
  } catch (error) {
    if (error instanceof ManifestError) return error;
    throw error;
  }
  throw new Error("Cannot test a refusal: it was converted");
}

const APPLICATION = `# before
apiVersion: bpfman.io/v1alpha1
kind: BpfApplication
metadata: {name: many}
spec:
  nodeselector: {}
  bytecode: {path: /a.o}
  programs:
    - type: Xpd
      xpd: {bpffunctionname: one}
`;

const WRONG: readonly (readonly [title: string, text: string, says: RegExp])[] = [
  [
    "a program without bytecode",
    PROGRAM.replace(/ {2}bytecode.*\n/, ""),
    /^.*old\.yaml:1: spec\.byteCode: required/,
  ],
  [
    "a program without function",
    PROGRAM.replace(/ {2}bpff.*\n/, ""),
    /spec\.programs\[0\]\.name: required/,
  ],
  [
    "no spec",
    "apiVersion: bpfman.io/v1alpha1\nkind: XdpProgram\nmetadata: {name: x}\n",
    /spec\.byteCode: required/,
  ],
  [
    "a type that never was",
    APPLICATION,
    /old\.yaml:2: spec\.programs\[0\]\.type: must be one of .*: this is "Xpd"/,
  ],
  [
    "a type without its member",
    APPLICATION.replace("Xpd", "XDP"),
    /spec\.programs\[0\]\.xdp: required when type is XDP/,
  ],
  ["another resource", "apiVersion: v1\nkind: Pod\n", /apiVersion: must be/],
  ["text that is none", "a: [", /old\.yaml:1: /],
];

for (const [title, text, says] of WRONG) {
  Deno.test(`convertManifests() refuses ${title}`, () => {
    const error = refusal(text);
    strictEqual(error.code, "manifest-invalid");
    match(error.message, says);
  });
}
