/**
 * Images made by hand, without the product's own writer: what is read must not only be what was
 * written by the same hand.
 *
 * @module
 */
import { gzip, tarOf } from "./hand_made_tar.ts";
import { digestOf, type StoredRepository } from "./stored_repository.ts";

/** Media type of an OCI index. */
export const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
/** Media type of an OCI manifest. */
export const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
/** Media type of a Docker manifest. */
export const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
/** Media type of a Docker list of manifests. */
export const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

const OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
const OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
const OCI_EMPTY = "application/vnd.oci.empty.v1+json";
const DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
const DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/** The forms of images that exist. */
export const SAMPLE_FORMS = [
  "labels",
  "docker",
  "legacy",
  "gadget",
  "bumblebee",
  "artifact",
] as const;

/** A form of image. */
export type SampleForm = typeof SAMPLE_FORMS[number];

/** A piece of content with what it is. */
interface Piece {
  readonly mediaType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What a sample holds. */
export interface SampleOptions {
  readonly object: Uint8Array<ArrayBuffer>;
  readonly programs: Readonly<Record<string, string>>;
  readonly maps?: Readonly<Record<string, string>>;
  /** @default "labels" */
  readonly form?: SampleForm;
  /** The layer in place of the packed object; the configuration then says nothing of it. */
  readonly layer?: Uint8Array<ArrayBuffer>;
  /** @default "amd64" */
  readonly architecture?: string;
}

/** A manifest and what it names, ready to be stored. */
export interface SampleImage {
  readonly mediaType: string;
  readonly manifest: Record<string, unknown>;
  readonly blobs: readonly Uint8Array<ArrayBuffer>[];
}

/** Plain data as the bytes of a document. */
export function jsonBytes(data: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(data));
}

/** Names bytes. */
export function descriptorOf({ mediaType, bytes, annotations }: Piece) {
  const more = annotations === undefined ? {} : { annotations };
  return { mediaType, digest: digestOf(bytes), size: bytes.length, ...more };
}

function labelsOf({ form, programs, maps = {} }: SampleOptions): Record<string, string> {
  if (form === "legacy") {
    const [[name = "", type = ""] = []] = Object.entries(programs);
    return {
      "io.ebpf.program_name": name,
      "io.ebpf.bpf_function_name": name,
      "io.ebpf.program_type": type,
      "io.ebpf.filename": "program.o",
    };
  }
  return { "io.ebpf.programs": JSON.stringify(programs), "io.ebpf.maps": JSON.stringify(maps) };
}

async function packedPieces(options: SampleOptions): Promise<{ config: Piece; layer: Piece }> {
  const { form, object, architecture = "amd64" } = options;
  const archive = tarOf([{ name: "program.o", data: object }]);
  const config = jsonBytes({
    created: "1970-01-01T00:00:00Z",
    architecture,
    os: "linux",
    config: { Labels: labelsOf(options) },
    rootfs: { type: "layers", diff_ids: options.layer === undefined ? [digestOf(archive)] : [] },
  });
  const isDocker = form === "docker";
  return {
    config: { mediaType: isDocker ? DOCKER_CONFIG : OCI_CONFIG, bytes: config },
    layer: {
      mediaType: isDocker ? DOCKER_LAYER : OCI_LAYER,
      bytes: options.layer ?? await gzip(archive),
    },
  };
}

const GADGET_METADATA = "name: sample\ndescription: a gadget of the tests\n";

function rawPieces({ form, object }: SampleOptions): { config: Piece; layer: Piece } {
  switch (form) {
    case "gadget":
      return {
        config: {
          mediaType: "application/vnd.gadget.config.v1+yaml",
          bytes: new TextEncoder().encode(GADGET_METADATA),
        },
        layer: { mediaType: "application/vnd.gadget.ebpf.program.v1+binary", bytes: object },
      };
    case "bumblebee":
      return {
        config: {
          mediaType: "application/ebpf.oci.image.config.v1+json",
          bytes: jsonBytes({ type: "network" }),
          annotations: { "org.opencontainers.image.title": "config.json" },
        },
        layer: {
          mediaType: "application/ebpf.oci.image.program.v1+binary",
          bytes: object,
          annotations: { "org.opencontainers.image.title": "program.o" },
        },
      };
    default:
      return {
        config: { mediaType: OCI_EMPTY, bytes: jsonBytes({}) },
        layer: {
          mediaType: "application/octet-stream",
          bytes: object,
          annotations: { "org.opencontainers.image.title": "program.o" },
        },
      };
  }
}

const ARTIFACT_TYPES: Readonly<Partial<Record<SampleForm, string>>> = {
  gadget: "application/vnd.gadget.v1+binary",
  artifact: "application/vnd.example.bytecode",
};

/** Makes an image in one of the forms. */
export async function makeSample(options: SampleOptions): Promise<SampleImage> {
  const { form = "labels" } = options;
  const isPacked = ["labels", "docker", "legacy"].includes(form);
  const { config, layer } = isPacked ? await packedPieces(options) : rawPieces(options);
  const mediaType = form === "docker" ? DOCKER_MANIFEST : OCI_MANIFEST;
  const artifactType = ARTIFACT_TYPES[form];
  return {
    mediaType,
    manifest: {
      schemaVersion: 2,
      // Inspektor Gadget leaves it out
      ...(form === "gadget" ? {} : { mediaType }),
      ...(artifactType === undefined ? {} : { artifactType }),
      config: descriptorOf(config),
      layers: [descriptorOf(layer)],
    },
    blobs: [config.bytes, layer.bytes],
  };
}

/** Stores an image; gives the digest of its manifest. */
export function storeSample(repository: StoredRepository, sample: SampleImage, tag?: string) {
  for (const blob of sample.blobs) repository.addBlob(blob);
  const { mediaType, manifest } = sample;
  return repository.addManifest({ mediaType, bytes: jsonBytes(manifest) }, tag);
}

/** Stores an index of images by architecture; gives its digest. */
export function storeIndex(
  repository: StoredRepository,
  samples: Readonly<Record<string, SampleImage>>,
  tag?: string,
): string {
  const manifests = Object.entries(samples).map(([architecture, sample]) => {
    storeSample(repository, sample);
    const bytes = jsonBytes(sample.manifest);
    const platform = { os: "linux", architecture };
    return { ...descriptorOf({ mediaType: sample.mediaType, bytes }), platform };
  });
  const bytes = jsonBytes({ schemaVersion: 2, mediaType: OCI_INDEX, manifests });
  return repository.addManifest({ mediaType: OCI_INDEX, bytes }, tag);
}
