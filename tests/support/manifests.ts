/**
 * Manifests as plain data that tests change.
 *
 * @module
 */

/** Plain data that may be changed anywhere. */
// deno-lint-ignore no-explicit-any -- tests write wrong values on purpose
export type Loose = any;

/** Every type of program with a link, cluster-scoped. */
export function clusterManifest(): Loose {
  return {
    apiVersion: "bpfman.io/v1alpha1",
    kind: "ClusterBpfApplication",
    metadata: { name: "app", labels: { tier: "net" } },
    spec: {
      nodeSelector: {},
      byteCode: { image: { url: "quay.io/net/app:v1" } },
      globalData: { first: [1, 2, 255], second: "AQID" },
      programs: [
        { name: "xdp_one", type: "XDP", xdp: { links: [interfaceLink()] } },
        {
          name: "tc_one",
          type: "TC",
          tc: { links: [{ ...interfaceLink(), direction: "Egress", proceedOn: ["ReDirect"] }] },
        },
        {
          name: "tcx_one",
          type: "TCX",
          tcx: { links: [{ ...interfaceLink(), direction: "Ingress" }] },
        },
        {
          name: "fe_one",
          type: "FEntry",
          fentry: { function: "do_one", links: [{ mode: "Attach" }] },
        },
        { name: "fx_one", type: "FExit", fexit: { function: "do_one" } },
        { name: "kp_one", type: "KProbe", kprobe: { links: [{ function: "do_one", offset: 16 }] } },
        { name: "kr_one", type: "KRetProbe", kretprobe: { links: [{ function: "do_one" }] } },
        {
          name: "up_one",
          type: "UProbe",
          uprobe: { links: [{ function: "malloc", target: "libc", pid: 12 }] },
        },
        {
          name: "ur_one",
          type: "URetProbe",
          uretprobe: { links: [{ offset: 8, target: "/bin/x" }] },
        },
        {
          name: "tp_one",
          type: "TracePoint",
          tracepoint: { links: [{ name: "sched/sched_switch" }] },
        },
      ],
    },
  };
}

/** An XDP program in a network namespace, namespaced. */
export function namespacedManifest(): Loose {
  return {
    apiVersion: "bpfman.io/v1alpha1",
    kind: "BpfApplication",
    metadata: { name: "app", namespace: "blue" },
    spec: {
      nodeSelector: {},
      byteCode: { path: "/usr/lib/bpf/app.bpf.o" },
      programs: [{
        name: "xdp_one",
        type: "XDP",
        xdp: { links: [{ ...interfaceLink(), netnsPath: "/run/netns/blue" }] },
      }],
    },
  };
}

function interfaceLink(): Loose {
  return { interfaceSelector: { interfaces: ["eth0"] } };
}

/** One change, and what becomes of the verdict. */
export interface ManifestCase {
  /** The rule that it is about. */
  readonly title: string;
  /** @default "ClusterBpfApplication" */
  readonly isNamespaced?: boolean;
  readonly edit: (manifest: Loose) => void;
  /** How a problem begins behind `FILE:LINE: `; undefined when all is well. */
  readonly problem?: string;
  /** Only the reader knows the rule: no schema can say it. @default false */
  readonly isBeyondSchema?: boolean;
}

/** The manifest of a case. */
export function manifestOf({ isNamespaced = false, edit }: ManifestCase): Loose {
  const manifest = isNamespaced ? namespacedManifest() : clusterManifest();
  edit(manifest);
  return manifest;
}

/** Labels of pods. */
export const PODS = { pods: { matchLabels: { app: "web" } } };
/** Path of the first link. */
export const XDP = "spec.programs[0].xdp.links[0]";

function linkOf(manifest: Loose, at = 0): Loose {
  const { type, ...program } = manifest.spec.programs[at];
  return program[type.toLowerCase()].links[0];
}

/** Changes the first link of the program at a position. */
export function inLink(change: (link: Loose) => void, at = 0): ManifestCase["edit"] {
  return (manifest) => change(linkOf(manifest, at));
}

/** Changes what is wanted. */
export function inSpec(change: (spec: Loose) => void): ManifestCase["edit"] {
  return (manifest) => change(manifest.spec);
}

/** Changes the metadata. */
export function inMetadata(change: (metadata: Loose) => void): ManifestCase["edit"] {
  return (manifest) => change(manifest.metadata);
}

/** Selects in the first link. */
export function select(selector: Loose): ManifestCase["edit"] {
  return inLink((link) => link.interfaceSelector = selector);
}
