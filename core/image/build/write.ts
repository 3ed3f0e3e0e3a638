/**
 * Manifests, configurations and layers of an image, the same bytes for the same input.
 *
 * @module
 */
import { labelTexts } from "../../../bytecode-tools/object/labels.ts";
import { platformText } from "../content/platform.ts";
import { digestOf } from "../digest.ts";
import { encodeJson } from "../documents.ts";
import { gzip } from "../gzip.ts";
import { Annotation, MediaType } from "../media_types.ts";
import type { Content } from "../store/store.ts";
import { writeTar } from "../tar.ts";
import type { Descriptor, ImageBtf } from "../types.ts";
import type { CheckedInput } from "./inputs.ts";

type Texts = Readonly<Record<string, string>>;

/** What all manifests of a build share. */
export interface WriteOptions {
  readonly annotations: Texts;
  /** Seconds since 1970. */
  readonly epoch: number;
}

/** A manifest with everything below it. */
export interface Written {
  readonly manifest: Content;
  /** What the manifest names, before it. */
  readonly content: readonly Content[];
}

const EMPTY = new TextEncoder().encode("{}");

/** Some bytes with their descriptor. */
export async function contentOf(
  mediaType: string,
  bytes: Uint8Array<ArrayBuffer>,
  more: Partial<Descriptor> = {},
): Promise<Content> {
  const digest = await digestOf(bytes);
  return { descriptor: { mediaType, digest, size: bytes.length, ...more }, bytes };
}

/** File name of an object in the image: no folder, and no letter that readers stumble over. */
export function fileName(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/[^\w.+-]/g, "_");
  return name.length > 0 && name.length <= 100 && /^\w/.test(name) ? name : "bytecode.o";
}

function created(epoch: number): string {
  return new Date(epoch * 1000).toISOString().replace(".000Z", "Z");
}

function manifestAnnotations(input: CheckedInput, { annotations, epoch }: WriteOptions): Texts {
  const all = {
    [Annotation.CREATED]: created(epoch),
    [Annotation.TITLE]: fileName(input.path),
    ...annotations,
    ...labelTexts(input.statement),
  };
  // the order is part of the digest
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => a < b ? -1 : 1));
}

/** An image in bpfman's label form. */
export async function writeLabelled(input: CheckedInput, options: WriteOptions): Promise<Written> {
  const { path, bytes, platform, statement } = input;
  const tar = writeTar([{ name: fileName(path), bytes }], options.epoch);
  const layer = await contentOf(MediaType.OCI_LAYER, await gzip(tar));
  const time = created(options.epoch);
  const config = await contentOf(
    MediaType.OCI_CONFIG,
    encodeJson({
      created: time,
      architecture: platform.architecture,
      ...(platform.variant === undefined ? {} : { variant: platform.variant }),
      os: platform.os,
      config: { Labels: labelTexts(statement) },
      rootfs: { type: "layers", diff_ids: [await digestOf(tar)] },
      history: [{ created: time, created_by: "bpfman image build" }],
    }),
  );
  const manifest = await contentOf(
    MediaType.OCI_MANIFEST,
    encodeJson({
      schemaVersion: 2,
      mediaType: MediaType.OCI_MANIFEST,
      config: config.descriptor,
      layers: [layer.descriptor],
      annotations: manifestAnnotations(input, options),
    }),
  );
  return { manifest, content: [layer, config] };
}

/** Minimal BTFs as layers. */
async function btfLayers(btfs: readonly ImageBtf[]): Promise<Content[]> {
  return await Promise.all(
    btfs.map(({ kernel, bytes }) =>
      contentOf(MediaType.BTF, new Uint8Array(bytes), {
        annotations: { [Annotation.BTF_KERNEL]: kernel, [Annotation.TITLE]: `${kernel}.btf` },
      })
    ),
  );
}

/** An image as an artifact: the object as it is, BTFs as further layers. */
export async function writeArtifact(
  input: CheckedInput,
  btfs: readonly ImageBtf[],
  options: WriteOptions,
): Promise<Written> {
  const config = await contentOf(MediaType.OCI_EMPTY, EMPTY);
  const object = await contentOf(MediaType.BYTECODE_OBJECT, input.bytes, {
    annotations: { [Annotation.TITLE]: fileName(input.path) },
  });
  const layers = [object, ...await btfLayers(btfs)];
  const manifest = await contentOf(
    MediaType.OCI_MANIFEST,
    encodeJson({
      schemaVersion: 2,
      mediaType: MediaType.OCI_MANIFEST,
      artifactType: MediaType.BYTECODE,
      config: config.descriptor,
      layers: layers.map(({ descriptor }) => descriptor),
      annotations: manifestAnnotations(input, options),
    }),
  );
  return { manifest, content: [config, ...layers] };
}

/** Minimal BTFs as a manifest that belongs to an image. */
export async function writeBtfs(
  subject: Descriptor,
  btfs: readonly ImageBtf[],
  { epoch }: WriteOptions,
): Promise<Written> {
  const config = await contentOf(MediaType.OCI_EMPTY, EMPTY);
  const layers = await btfLayers(btfs);
  const { mediaType, digest, size } = subject;
  const manifest = await contentOf(
    MediaType.OCI_MANIFEST,
    encodeJson({
      schemaVersion: 2,
      mediaType: MediaType.OCI_MANIFEST,
      artifactType: MediaType.BTF,
      config: config.descriptor,
      layers: layers.map(({ descriptor }) => descriptor),
      subject: { mediaType, digest, size },
      annotations: { [Annotation.CREATED]: created(epoch) },
    }),
  );
  return { manifest, content: [config, ...layers] };
}

/** The index of several platforms, in the order of their names. */
export async function writeIndex(
  entries: readonly { readonly input: CheckedInput; readonly manifest: Content }[],
  { annotations, epoch }: WriteOptions,
): Promise<Content> {
  const ordered = [...entries].sort((a, b) =>
    platformText(a.input.platform) < platformText(b.input.platform) ? -1 : 1
  );
  const all = { [Annotation.CREATED]: created(epoch), ...annotations };
  return await contentOf(
    MediaType.OCI_INDEX,
    encodeJson({
      schemaVersion: 2,
      mediaType: MediaType.OCI_INDEX,
      manifests: ordered.map(({ input, manifest }) => {
        const { mediaType, digest, size } = manifest.descriptor;
        const { os, architecture, variant } = input.platform;
        const platform = { architecture, os, ...(variant === undefined ? {} : { variant }) };
        return { mediaType, digest, size, platform };
      }),
      annotations: Object.fromEntries(
        Object.entries(all).sort(([a], [b]) => a < b ? -1 : 1),
      ),
    }),
  );
}
