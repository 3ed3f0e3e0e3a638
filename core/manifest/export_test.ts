import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { clusterManifest, type Loose, namespacedManifest } from "../../tests/support/manifests.ts";
import { Random } from "../../tests/support/random.ts";
import { randomManifest } from "../../tests/support/random_manifest.ts";
import type { DesiredApplication } from "../declared/types.ts";
import { BpfmanError } from "../errors.ts";
import { expand } from "./expand.ts";
import { exportManifest } from "./export.ts";
import { readManifests } from "./read.ts";

function applicationOf(text: string): DesiredApplication {
  const [manifest] = readManifests([{ path: "app.yaml", text }]);
  if (manifest === undefined) throw new Error("Cannot expand: there is no manifest");
  return expand(manifest, { interfaces: [] }).application;
}

function desired(manifest: Loose): DesiredApplication {
  return applicationOf(JSON.stringify(manifest));
}

Deno.test("exportManifest() writes what is read back as the same, for 500 random applications", () => {
  const random = new Random(20_261_122);
  let links = 0;
  for (let count = 0; count < 500; count++) {
    const application = desired(randomManifest(random));
    const text = exportManifest(application);
    deepStrictEqual(applicationOf(text), application, text);
    links += application.programs.flatMap((program) => program.links).length;
  }
  ok(links > 1000, `${links} links`);
});

Deno.test("exportManifest() writes every type of program, and namespaced applications", () => {
  for (const manifest of [clusterManifest(), namespacedManifest()]) {
    const application = desired(manifest);
    deepStrictEqual(applicationOf(exportManifest(application)), application);
  }
});

Deno.test("exportManifest() writes YAML for people", () => {
  strictEqual(
    exportManifest(desired(namespacedManifest())),
    `apiVersion: bpfman.io/v1alpha1
kind: BpfApplication
metadata:
  name: app
  namespace: blue
spec:
  nodeSelector: {}
  byteCode:
    path: "/usr/lib/bpf/app.bpf.o"
  programs:
  - name: xdp_one
    type: XDP
    xdp:
      links:
      - interfaceSelector:
          interfaces:
          - eth0
        netnsPath: "/run/netns/blue"
        priority: 1000
        proceedOn:
        - Pass
        - DispatcherReturn
`,
  );
});

function withTarget(change: Loose): DesiredApplication {
  const application = desired(namespacedManifest());
  const [program] = application.programs;
  const [link] = program?.links ?? [];
  if (program === undefined || link === undefined) throw new Error("Cannot test: no link");
  const target = { ...link.target, ...change.target };
  const links = [{ ...link, ...change.link, target }];
  return { ...application, programs: [{ ...program, ...change.program, links }] };
}

const UNSAYABLE: readonly (readonly [title: string, change: Loose])[] = [
  ["a mode", { target: { mode: "generic" } }],
  ["an engine", { target: { engine: "freplace" } }],
  ["metadata", { link: { metadata: { a: "b" } } }],
  ["a priority above 1000", { target: { priority: 1001 } }],
  ["a result of another hook", { target: { proceedOn: ["pipe"] } }],
  ["a type that manifests do not have", { program: { type: "lsm" } }],
  ["a place that manifests do not have", { target: { kind: "netkit" } }],
  ["no network namespace where a namespaced one needs it", { target: { netns: undefined } }],
];

for (const [title, change] of UNSAYABLE) {
  Deno.test(`exportManifest() refuses ${title}`, () => {
    try {
      exportManifest(withTarget(change));
    } catch (error) {
      ok(error instanceof BpfmanError);
      strictEqual(error.code, "not-exportable");
      match(error.message, /^Cannot export the application "blue\/app": /);
      return;
    }
    throw new Error("Cannot test a refusal: it was exported");
  });
}
