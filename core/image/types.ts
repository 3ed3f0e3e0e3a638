/**
 * Images as plain data: what the OCI image specification calls descriptors, manifests and indexes,
 * and what is made of them here.
 *
 * @module
 */

/** Operating system and processor, in the words of image indexes. */
export interface Platform {
  /** Such as `linux`. */
  readonly os: string;
  /** Such as `amd64`, `arm64`, `s390x`. */
  readonly architecture: string;
  /** Such as `v7` of `arm`. */
  readonly variant?: string;
}

/** Names bytes by what they are, their digest and their size. */
export interface Descriptor {
  /** What the bytes are. */
  readonly mediaType: string;
  /** `sha256:…` or `sha512:…` of the bytes. */
  readonly digest: string;
  /** Number of bytes. */
  readonly size: number;
  /** Free words, such as the name of a file. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** What the artifact is that a manifest describes. */
  readonly artifactType?: string;
  /** What a manifest of an index is for. */
  readonly platform?: Platform;
  /** The bytes themselves in base64. */
  readonly data?: string;
}

/** Describes one image: its configuration and its layers. */
export interface Manifest {
  /** Version of the specification's schema. */
  readonly schemaVersion: 2;
  /** What this document is; some writers leave it out. */
  readonly mediaType?: string;
  /** What the artifact is, when it is no container image. */
  readonly artifactType?: string;
  /** The configuration. */
  readonly config: Descriptor;
  /** The layers, lowest first. */
  readonly layers: readonly Descriptor[];
  /** The manifest that this one belongs to, as signatures and BTFs do. */
  readonly subject?: Descriptor;
  /** Free words. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Describes the images of several platforms. */
export interface Index {
  /** Version of the specification's schema. */
  readonly schemaVersion: 2;
  /** What this document is. */
  readonly mediaType?: string;
  /** What the artifact is. */
  readonly artifactType?: string;
  /** One manifest for each platform, or whatever else is listed. */
  readonly manifests: readonly Descriptor[];
  /** The manifest that this one belongs to. */
  readonly subject?: Descriptor;
  /** Free words. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The forms of bytecode images that are understood. */
export const ImageForm = {
  /** bpfman's: labels `io.ebpf.programs` and `io.ebpf.maps`, one packed layer; OCI or Docker. */
  LABELS: "labels",
  /** bpfman's first: labels `io.ebpf.program_name` and three more, one program. */
  LEGACY: "legacy-labels",
  /** Inspektor Gadget's. */
  GADGET: "gadget",
  /** BumbleBee's. */
  BUMBLEBEE: "bumblebee",
  /** Any manifest with an object in it. */
  ARTIFACT: "artifact",
} as const;

/** The form of a bytecode image. */
export type ImageForm = typeof ImageForm[keyof typeof ImageForm];

/** When an image is fetched from its registry. */
export const PullPolicy = {
  /** Ask the registry each time; what is stored is not sent again. */
  ALWAYS: "Always",
  /** Only when the store does not have it. */
  IF_NOT_PRESENT: "IfNotPresent",
  /** The store has it, or the load fails. */
  NEVER: "Never",
} as const;

/** When an image is fetched from its registry. */
export type PullPolicy = typeof PullPolicy[keyof typeof PullPolicy];

/** Minimal BTF of a kernel that comes with an image. */
export interface ImageBtf {
  /** Release of the kernel, as `uname -r` prints it. */
  readonly kernel: string;
  /** The BTF. */
  readonly bytes: Uint8Array;
}

/** What an image says of its programs and maps. */
export interface ImageStatement {
  /** Function name to type. */
  readonly programs: Readonly<Record<string, string>>;
  /** Map name to type. */
  readonly maps: Readonly<Record<string, string>>;
}

/** What one manifest of an image holds, every byte compared with its digest. */
export interface ImageContent {
  /** How the image is made. */
  readonly form: ImageForm;
  /** The object. */
  readonly object: Uint8Array;
  /** File name of the object. */
  readonly objectName: string;
  /** `sha256:…` of the object. */
  readonly objectDigest: string;
  /** What labels or annotations say; null when they say nothing. */
  readonly statement: ImageStatement | null;
  /** Labels of the configuration. */
  readonly labels: Readonly<Record<string, string>>;
  /** Annotations of the manifest. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Platform that index or configuration names, null when neither does. */
  readonly platform: Platform | null;
  /** BTFs that are layers of the manifest. */
  readonly btfs: readonly ImageBtf[];
}

/** How far a transfer is. */
export interface Progress {
  /** What is transferred. */
  readonly descriptor: Descriptor;
  /** Bytes so far. */
  readonly done: number;
  /** Bytes in all. */
  readonly total: number;
}
