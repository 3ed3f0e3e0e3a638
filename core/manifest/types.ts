/**
 * Manifests as plain data: what `BpfApplication` and `ClusterBpfApplication` of
 * `bpfman.io/v1alpha1` hold, checked and with defaults filled in.
 *
 * @module
 */
import type { PullPolicy } from "../image/types.ts";
import type { DesiredApplication } from "../declared/types.ts";
import type { Metadata } from "../types.ts";

/** A text with manifests: YAML with any number of documents, or JSON. */
export interface ManifestFile {
  /** Its name, for messages. */
  readonly path: string;
  /** Its content. */
  readonly text: string;
}

/** Kinds that are applied. */
export const MANIFEST_KINDS = ["BpfApplication", "ClusterBpfApplication"] as const;

/** Kind of a manifest. */
export type ManifestKind = typeof MANIFEST_KINDS[number];

/** Group and version of manifests. */
export const MANIFEST_API = "bpfman.io/v1alpha1";

/** Keys and positions that lead to a value: `["spec", "programs", 0, "name"]`. */
export type ManifestPath = readonly (string | number)[];

/** A selector over labels. */
export interface LabelSelector {
  /** Labels that must be there. */
  readonly matchLabels?: Metadata;
  /** Further conditions. */
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    readonly values?: readonly string[];
  }[];
}

/** Where the object comes from: exactly one of the two. */
export interface ManifestByteCode {
  /** An image. */
  readonly image?: {
    readonly url: string;
    readonly imagePullPolicy: PullPolicy;
    readonly imagePullSecret?: { readonly name: string; readonly namespace: string };
  };
  /** A file: absolute path. */
  readonly path?: string;
}

/** Which interfaces: exactly one of the three. */
export interface InterfaceSelector {
  /** Names. */
  readonly interfaces?: readonly string[];
  /** The one with the default route. */
  readonly primaryNodeInterface?: boolean;
  /** Those that are there. */
  readonly interfacesDiscoveryConfig?: {
    readonly interfaceAutoDiscovery: boolean;
    readonly excludeInterfaces: readonly string[];
    readonly allowedInterfaces?: readonly string[];
  };
}

/** Which pods; they are known in a cluster only. */
export interface PodSelector {
  readonly namespace?: string;
  readonly pods: LabelSelector;
  readonly containerNames?: readonly string[];
}

/** A link of an XDP, TC or TCX program. */
export interface InterfaceLink {
  readonly interfaceSelector: InterfaceSelector;
  readonly networkNamespaces?: PodSelector;
  /** Path of a network namespace: an extension of ours. */
  readonly netnsPath?: string;
  readonly priority?: number;
  readonly direction?: "Ingress" | "Egress";
  readonly proceedOn?: readonly string[];
}

/** A link of a program on kernel functions or tracepoints. */
export interface KernelLink {
  readonly function?: string;
  readonly name?: string;
  readonly offset?: number;
  readonly mode?: "Attach";
}

/** A link of a program on functions of programs and libraries. */
export interface UserLink {
  readonly function?: string;
  readonly offset: number;
  readonly target: string;
  readonly pid?: number;
  readonly containers?: PodSelector;
}

/** What the member of a program that is named like its type holds. */
export interface ProgramConfig<Link> {
  /** Function of fentry and fexit. */
  readonly function?: string;
  readonly links?: readonly Link[];
}

/** Types of programs, as manifests write them. */
export const MANIFEST_TYPES = [
  "XDP",
  "TC",
  "TCX",
  "FEntry",
  "FExit",
  "KProbe",
  "KRetProbe",
  "UProbe",
  "URetProbe",
  "TracePoint",
] as const;

/** Type of a program, as manifests write it. */
export type ManifestType = typeof MANIFEST_TYPES[number];

/** A program of a manifest; the member that is named like its type is there. */
export interface ManifestProgram {
  readonly name: string;
  readonly type: ManifestType;
  readonly xdp?: ProgramConfig<InterfaceLink>;
  readonly tc?: ProgramConfig<InterfaceLink>;
  readonly tcx?: ProgramConfig<InterfaceLink>;
  readonly fentry?: ProgramConfig<KernelLink>;
  readonly fexit?: ProgramConfig<KernelLink>;
  readonly kprobe?: ProgramConfig<KernelLink>;
  readonly kretprobe?: ProgramConfig<KernelLink>;
  readonly uprobe?: ProgramConfig<UserLink>;
  readonly uretprobe?: ProgramConfig<UserLink>;
  readonly tracepoint?: ProgramConfig<KernelLink>;
}

/** What a manifest wants. */
export interface ManifestSpec {
  readonly nodeSelector: LabelSelector;
  readonly byteCode: ManifestByteCode;
  /** Values of global variables, in base64. */
  readonly globalData?: Readonly<Record<string, string>>;
  readonly mapOwnerSelector?: LabelSelector;
  readonly programs: readonly ManifestProgram[];
}

/** One manifest, checked. */
export interface Manifest {
  /** Kind. */
  readonly kind: ManifestKind;
  /** `NAME`, or `NAMESPACE/NAME` for a namespaced one. */
  readonly name: string;
  /** Labels. */
  readonly labels: Metadata;
  /** What it wants. */
  readonly spec: ManifestSpec;
  /** Name of its file. */
  readonly path: string;
  /** The line of a value, or of the nearest one around it. */
  readonly lineOf: (path: ManifestPath) => number;
}

/** An interface of this machine, in the manager's own network namespace. */
export interface HostInterface {
  /** Its name. */
  readonly name: string;
  /** True when it is up. */
  readonly isUp: boolean;
  /** True when a default route leaves by it. */
  readonly hasDefaultRoute: boolean;
}

/** What selectors ask of a machine. */
export interface HostFacts {
  /** Its interfaces. */
  readonly interfaces: readonly HostInterface[];
}

/** A manifest as this machine understands it. */
export interface ExpandedManifest {
  /** What is wanted. */
  readonly application: DesiredApplication;
  /** What has no meaning here, as `FILE:LINE: …`. */
  readonly warnings: readonly string[];
}
