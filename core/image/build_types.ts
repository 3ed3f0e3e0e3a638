/**
 * What a build of images takes and gives.
 *
 * @module
 */
import type { SigningKeyText } from "../signature/sign/private_key.ts";
import type { Descriptor, ImageStatement, Platform } from "./types.ts";

/** One object of a build. */
export interface BuildInput {
  /** Platform that it is for. @default this machine's */
  readonly platform?: Platform;
  /** Path of the object, for messages and for its name in the image. */
  readonly path: string;
  /** The object. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Minimal BTFs of a build are made for these kernels. */
export interface BuildKernel {
  /** Release as `uname -r` prints it. */
  readonly release: string;
  /** The kernel's whole BTF. */
  readonly btf: Uint8Array<ArrayBuffer>;
  /** Processor that the kernel is for, as platforms name it. @default this machine's */
  readonly architecture?: string;
}

/** How an image is written. */
export const ImageFormat = {
  /** bpfman's label form, which every container tool reads. */
  LABELS: "labels",
  /** An OCI artifact: the object as it is. */
  ARTIFACT: "artifact",
} as const;

/** How an image is written. */
export type ImageFormat = typeof ImageFormat[keyof typeof ImageFormat];

/** Who builds, as provenance names it. */
export interface ImageBuilder {
  /** URI of the builder. */
  readonly id: string;
  /** Version of the tool. @default not said */
  readonly version?: string;
}

/** What a build says of its image, attached to it. */
export interface BuildAttestations {
  /** SLSA provenance 1: how it was made. @default false */
  readonly provenance?: boolean;
  /** SPDX 2.3: what it is made of. @default false */
  readonly sbom?: boolean;
  /** Who builds. @default `urn:bpfman:local` */
  readonly builder?: ImageBuilder;
  /** Signs the image and all statements. @default plain statements, and no signature */
  readonly key?: SigningKeyText;
}

/** A statement that was attached. */
export interface BuiltAttestation {
  /** What kind of statement it is. */
  readonly predicateType: string;
  /** Digest of the manifest that holds it. */
  readonly digest: string;
  /** False for a plain statement, which proves nothing. */
  readonly isSigned: boolean;
}

/** Arguments of {@link Images.build}. */
export interface BuildRequest {
  /** Name in the store, such as `quay.io/net/xdp:v1`, or `oci:PATH:TAG`. */
  readonly name: string;
  /** One object, or one for each platform; several make an index, as does a named platform. */
  readonly inputs: readonly BuildInput[];
  /** How the image is written. @default "labels" */
  readonly format?: ImageFormat;
  /** Annotations of manifests and index; title, source, revision and licences are named so. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Kernels that get a minimal BTF. @default none */
  readonly kernels?: readonly BuildKernel[];
  /** Seconds since 1970 that all dates say, as SOURCE_DATE_EPOCH gives them. @default 0 */
  readonly epoch?: number;
  /** What is said of the image and attached to it. @default nothing */
  readonly attestations?: BuildAttestations;
}

/** What a build made. */
export interface BuiltImage {
  /** The name, complete. */
  readonly name: string;
  /** The index or the only manifest. */
  readonly descriptor: Descriptor;
  /** One for each platform. */
  readonly manifests: readonly Descriptor[];
  /** Labels of the first object. */
  readonly statement: ImageStatement;
  /** What differs between the objects of the platforms, or is worth a warning, in words. */
  readonly warnings: readonly string[];
  /** Minimal BTFs: kernel and bytes. */
  readonly btfs: readonly { readonly kernel: string; readonly size: number }[];
  /** Statements that were attached. */
  readonly attestations: readonly BuiltAttestation[];
  /** Digest of the signature's manifest, null when it was not signed. */
  readonly signature: string | null;
}

/** Build arguments for those who build with a container engine. */
export interface BuildArguments {
  /** Such as `linux/amd64`; empty for one object of no named platform. */
  readonly platforms: readonly string[];
  /** `BYTECODE_FILE` or `BC_AMD64_EL` and so on, with paths. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** What the object says. */
  readonly statement: ImageStatement;
}
