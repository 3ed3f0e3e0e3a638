/**
 * Images as they are shown, with every optional part once there and once not.
 *
 * @module
 */
import type { ImageDescription, ImageRow } from "../../core/image/api.ts";
import { MediaType } from "../../core/image/media_types.ts";
import type { Descriptor, Platform } from "../../core/image/types.ts";

/** What the image says of itself. */
export const STATEMENT = {
  programs: { xdp_count: "xdp" },
  maps: { xdp_stats: "per_cpu_array" },
} as const;

/** A descriptor whose digest is one digit, again and again. */
export function descriptor(digit: string, mediaType: string = MediaType.OCI_MANIFEST): Descriptor {
  return { mediaType, digest: `sha256:${digit.repeat(64)}`, size: 400 };
}

/** The index, for two processors. */
export const INDEX: Descriptor = descriptor("a", MediaType.OCI_INDEX);
/** The manifest for one of them. */
export const MANIFEST: Descriptor = descriptor("b");
const LAYER = { ...descriptor("c", MediaType.OCI_LAYER), size: 4096 };
/** Its processor. */
export const AMD64: Platform = { os: "linux", architecture: "amd64" };

/** What the store lists. */
export const ROWS: readonly ImageRow[] = [
  {
    repository: "quay.io/net/counter",
    tag: "v1",
    digest: INDEX.digest,
    size: 9876,
    storedAt: new Date("2026-01-02T03:04:05Z"),
    platforms: ["linux/amd64", "linux/arm64"],
    usedBy: [63, 64],
    neededBy: ["shop"],
  },
  {
    repository: "quay.io/net/drop",
    tag: null,
    digest: MANIFEST.digest,
    size: 512,
    storedAt: null,
    platforms: ["linux/amd64"],
    usedBy: [],
    neededBy: [],
  },
];

/** All of the image. */
export const DESCRIPTION: Omit<ImageDescription, "name"> = {
  descriptor: INDEX,
  isLocal: true,
  annotations: { "org.opencontainers.image.title": "counter" },
  manifests: [
    {
      descriptor: MANIFEST,
      platform: AMD64,
      form: "labels",
      statement: STATEMENT,
      labels: { "io.ebpf.programs": '{"xdp_count":"xdp"}' },
      annotations: {},
      layers: [LAYER],
    },
    {
      descriptor: descriptor("d"),
      platform: { os: "linux", architecture: "arm64" },
      form: null,
      statement: null,
      labels: {},
      annotations: {},
      layers: [],
    },
  ],
  referrers: [{
    descriptor: descriptor("e"),
    artifactType: MediaType.BTF,
    subject: MANIFEST.digest,
    annotations: {},
  }],
};
