import { deepStrictEqual, match, strictEqual, throws } from "node:assert/strict";
import {
  clusterManifest,
  type Loose,
  namespacedManifest,
  PODS,
} from "../../tests/support/manifests.ts";
import { BpfmanError } from "../errors.ts";
import type { AttachTarget } from "../types.ts";
import { expand } from "./expand.ts";
import { readManifests } from "./read.ts";
import type { ExpandedManifest, HostFacts } from "./types.ts";

const HOST: HostFacts = {
  interfaces: [
    { name: "lo", isUp: true, hasDefaultRoute: false },
    { name: "eth0", isUp: true, hasDefaultRoute: true },
    { name: "eth1", isUp: false, hasDefaultRoute: false },
    { name: "wlan0", isUp: true, hasDefaultRoute: false },
  ],
};

function expanded(manifest: Loose, host: HostFacts = HOST): ExpandedManifest {
  const text = JSON.stringify(manifest, null, 2);
  const [one] = readManifests([{ path: "app.json", text }]);
  if (one === undefined) throw new Error("Cannot expand: there is no manifest");
  return expand(one, host);
}

/** A cluster-scoped manifest with one XDP program. */
function withLinks(...links: readonly Loose[]): Loose {
  const manifest = clusterManifest();
  manifest.spec.programs = [{ name: "xdp_one", type: "XDP", xdp: { links } }];
  return manifest;
}

function targetsOf(manifest: Loose, host: HostFacts = HOST): AttachTarget[] {
  const { application } = expanded(manifest, host);
  return application.programs.flatMap(({ links }) => links.map(({ target }) => target));
}

function interfacesOf(selector: Loose, host: HostFacts = HOST): string[] {
  return targetsOf(withLinks({ interfaceSelector: selector }), host)
    .map((target) => "interface" in target ? target.interface : "");
}

function refusal(manifest: Loose, host: HostFacts = HOST): BpfmanError {
  try {
    expanded(manifest, host);
  } catch (error) {
    if (error instanceof BpfmanError) return error;
    throw error;
  }
  throw new Error("Cannot test a refusal: the manifest was expanded");
}

Deno.test("expand() knows every type of program in our words", () => {
  const { application, warnings } = expanded(clusterManifest());
  deepStrictEqual(warnings, []);
  const { programs, ...rest } = application;
  deepStrictEqual(rest, {
    name: "app",
    kind: "ClusterBpfApplication",
    labels: { tier: "net" },
    bytecode: { kind: "image", url: "quay.io/net/app:v1", pullPolicy: "IfNotPresent" },
    globals: { first: "AQL/", second: "AQID" },
  });
  const short = programs.map(({ type, attachFunction, links }) => [
    type,
    attachFunction,
    links.map(({ target }) => target),
  ]);
  const proceedOn = ["pass", "dispatcher_return"];
  const place = { interface: "eth0", priority: 1000 };
  deepStrictEqual(short, [
    ["xdp", undefined, [{ kind: "xdp", ...place, proceedOn }]],
    ["tc", undefined, [{ kind: "tc", ...place, direction: "egress", proceedOn: ["redirect"] }]],
    ["tcx", undefined, [{ kind: "tcx", ...place, direction: "ingress" }]],
    ["fentry", "do_one", [{ kind: "fentry" }]],
    ["fexit", "do_one", []],
    ["kprobe", undefined, [{ kind: "kprobe", functionName: "do_one", offset: 16 }]],
    ["kretprobe", undefined, [{ kind: "kprobe", functionName: "do_one" }]],
    ["uprobe", undefined, [{ kind: "uprobe", target: "libc", functionName: "malloc", pid: 12 }]],
    ["uretprobe", undefined, [{ kind: "uprobe", target: "/bin/x", offset: 8 }]],
    ["tracepoint", undefined, [{ kind: "tracepoint", group: "sched", name: "sched_switch" }]],
  ]);
});

Deno.test("expand() writes every result in the words of chains", () => {
  const manifest = clusterManifest();
  const [, tc] = manifest.spec.programs;
  manifest.spec.programs = [tc];
  tc.tc.links[0].proceedOn = [
    "UnSpec",
    "OK",
    "ReClassify",
    "Shot",
    "Pipe",
    "Stolen",
    "Queued",
    "Repeat",
    "ReDirect",
    "Trap",
    "DispatcherReturn",
  ];
  const [target] = targetsOf(manifest);
  deepStrictEqual(target?.kind === "tc" ? target.proceedOn : [], [
    "unspec",
    "ok",
    "reclassify",
    "shot",
    "pipe",
    "stolen",
    "queued",
    "repeat",
    "redirect",
    "trap",
    "dispatcher_return",
  ]);
});

Deno.test("expand() puts a namespaced application into its network namespace", () => {
  const { application } = expanded(namespacedManifest());
  strictEqual(application.name, "blue/app");
  deepStrictEqual(application.bytecode, { kind: "file", path: "/usr/lib/bpf/app.bpf.o" });
  deepStrictEqual(application.programs[0]?.links[0], {
    target: {
      kind: "xdp",
      interface: "eth0",
      priority: 1000,
      netns: "/run/netns/blue",
      proceedOn: ["pass", "dispatcher_return"],
    },
    metadata: {},
  });
});

Deno.test("expand() makes a link for each interface that a selector finds", () => {
  deepStrictEqual(interfacesOf({ interfaces: ["eth1", "not-there"] }), ["eth1", "not-there"]);
  deepStrictEqual(interfacesOf({ primaryNodeInterface: true }), ["eth0"]);
  const find = (config: Loose): string[] =>
    interfacesOf({ interfacesDiscoveryConfig: { interfaceAutoDiscovery: true, ...config } });
  deepStrictEqual(find({}), ["eth0", "eth1", "wlan0"]);
  deepStrictEqual(find({ excludeInterfaces: [] }), ["lo", "eth0", "eth1", "wlan0"]);
  deepStrictEqual(find({ excludeInterfaces: ["eth0"] }), ["lo", "eth1", "wlan0"]);
  deepStrictEqual(find({ allowedInterfaces: ["eth1", "lo"] }), ["eth1"]);
  // as on a cluster, an expression is found anywhere in the name
  deepStrictEqual(find({ allowedInterfaces: ["/th[01]/"] }), ["eth0", "eth1"]);
  deepStrictEqual(find({ allowedInterfaces: ["eth"] }), []);
});

Deno.test("expand() takes each interface with a default route as primary", () => {
  const interfaces = HOST.interfaces.map((one) => ({ ...one, hasDefaultRoute: one.name !== "lo" }));
  const names = interfacesOf({ primaryNodeInterface: true }, { interfaces });
  deepStrictEqual(names, ["eth0", "eth1", "wlan0"]);
});

const EMPTY: readonly (readonly [selector: Loose, says: RegExp])[] = [
  [{ interfaces: [] }, /links\[0\]\.interfaceSelector\.interfaces: selects no interface$/],
  [
    { interfacesDiscoveryConfig: {} },
    /interfacesDiscoveryConfig: selects no interface: interfaceAutoDiscovery is not true$/,
  ],
];

for (const [selector, says] of EMPTY) {
  Deno.test(`expand() refuses ${JSON.stringify(selector)}, which can select nothing`, () => {
    const error = refusal(withLinks({ interfaceSelector: selector }));
    strictEqual(error.code, "manifest-invalid");
    match(error.message, says);
  });
}

Deno.test("expand() refuses the primary interface where there is no default route", () => {
  const manifest = withLinks({ interfaceSelector: { primaryNodeInterface: true } });
  match(
    refusal(manifest, { interfaces: [] }).message,
    /app\.json:\d+: spec\.programs\[0\]\.xdp.*primaryNodeInterface: .*none has a default route$/,
  );
});

Deno.test("expand() warns of what finds nothing, or says what it does not mean", () => {
  const config = { interfaceAutoDiscovery: true, allowedInterfaces: ["tun0"] };
  const { warnings } = expanded(
    withLinks({ interfaceSelector: { interfacesDiscoveryConfig: config } }),
  );
  match(warnings.join(), /^app\.json:\d+: .*: selects none of the interfaces that are there$/);
  const { warnings: others } = expanded(
    withLinks({ interfaceSelector: { primaryNodeInterface: false } }),
  );
  match(others.join(), /primaryNodeInterface: false means the same as true, as on a cluster$/);
});

Deno.test("expand() warns of what only a cluster looks at", () => {
  const manifest = clusterManifest();
  manifest.spec.nodeSelector = { matchLabels: { zone: "a" } };
  manifest.spec.byteCode.image.imagePullSecret = { name: "a", namespace: "b" };
  manifest.spec.mapOwnerSelector = {};
  const { warnings } = expanded(manifest);
  deepStrictEqual(warnings.map((text) => text.replace(/^app\.json:\d+: (\S+): .*$/, "$1")), [
    "spec.nodeSelector",
    "spec.byteCode.image.imagePullSecret",
    "spec.mapOwnerSelector",
  ]);
});

Deno.test("expand() refuses what selects pods, and says what to write in its place", () => {
  const pods = refusal(withLinks({
    interfaceSelector: { interfaces: ["eth0"] },
    networkNamespaces: PODS,
  }));
  strictEqual(pods.code, "needs-cluster");
  match(pods.message, /app\.json:\d+: spec\.programs\[0\]\.xdp\.links\[0\]\.networkNamespaces: /);
  match(pods.hint ?? "", /netnsPath/);
  const manifest = clusterManifest();
  manifest.spec.programs[7].uprobe.links[0].containers = PODS;
  const containers = refusal(manifest);
  strictEqual(containers.code, "needs-cluster");
  match(containers.message, /spec\.programs\[7\]\.uprobe\.links\[0\]\.containers: pods are known/);
});

const LINK = { interfaceSelector: { interfaces: ["eth0"] } };

Deno.test("expand() refuses a second link of a program on the same place", () => {
  const found = refusal(withLinks(LINK, { ...LINK, priority: 1000 })).message;
  match(found, /xdp\.links\[1\]: is the same on "eth0" as spec\.programs\[0\]\.xdp\.links\[0\]$/);
  match(
    refusal(withLinks({ interfaceSelector: { primaryNodeInterface: true } }, LINK)).message,
    /links\[1\]: is the same on "eth0"/,
  );
  match(
    refusal(withLinks({ interfaceSelector: { interfaces: ["a", "a"] } })).message,
    /links\[0\]: is the same on "a" as .*links\[0\]$/,
  );
  const words = (proceedOn: readonly string[]) => ({ ...LINK, proceedOn });
  match(refusal(withLinks(words(["TX", "Drop"]), words(["Drop", "TX"]))).message, /is the same/);
});

Deno.test("expand() lets a program be on a hook more than once where something differs", () => {
  strictEqual(targetsOf(withLinks(LINK, { ...LINK, priority: 5 })).length, 2);
  strictEqual(targetsOf(withLinks(LINK, { ...LINK, proceedOn: ["TX"] })).length, 2);
  strictEqual(targetsOf(withLinks(LINK, { ...LINK, netnsPath: "/run/netns/a" })).length, 2);
});

const WRONG: readonly (readonly [at: number, change: Loose, says: RegExp])[] = [
  [5, { offset: -1 }, /kprobe\.links\[0\]\.offset: must be 0 or more: this is -1$/],
  [7, { offset: -1 }, /uprobe\.links\[0\]\.offset: must be 0 or more: this is -1$/],
  [7, { function: null }, /uprobe\.links\[0\]: needs a function or an offset$/],
  [7, { pid: 0 }, /uprobe\.links\[0\]\.pid: must be the id of a process: this is 0$/],
  [9, { name: "sched_switch" }, /links\[0\]\.name: must be GROUP\/NAME: this is "sched_switch"$/],
  [9, { name: "one/two/three" }, /links\[0\]\.name: must be GROUP\/NAME/],
];

for (const [at, change, says] of WRONG) {
  Deno.test(`expand() refuses a link with ${JSON.stringify(change)}`, () => {
    const manifest = clusterManifest();
    const { type, ...program } = manifest.spec.programs[at];
    Object.assign(program[type.toLowerCase()].links[0], change);
    const error = refusal(manifest);
    strictEqual(error.code, "manifest-invalid");
    match(error.message, says);
  });
}

Deno.test("expand() tells all problems at once", () => {
  const manifest = clusterManifest();
  manifest.spec.programs[5].kprobe.links[0].offset = -1;
  manifest.spec.programs[9].tracepoint.links[0].name = "nothing";
  match(refusal(manifest).message, /^Cannot use the manifests: 2 problems:\n/);
  throws(() => expanded(manifest), BpfmanError);
});
