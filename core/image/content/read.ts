/**
 * The object out of a manifest, whatever form the image has.
 *
 * @module
 */
import { digestOf } from "../digest.ts";
import { isObject, readJson, readTexts } from "../documents.ts";
import { imageError } from "../errors.ts";
import { isGzip, isZstd, unpack } from "../gzip.ts";
import { Annotation, Limit, MediaType } from "../media_types.ts";
import { isTar, readTar, type TarFile } from "../tar.ts";
import {
  type Descriptor,
  type ImageBtf,
  type ImageContent,
  ImageForm,
  type Manifest,
  type Platform,
} from "../types.ts";
import type { ContentSource } from "./source.ts";
import { legacyFile, readLegacyStatement, readStatement } from "./statement.ts";

/** What a manifest is read with. */
export interface ReadOptions {
  /** Name of the image, for messages. */
  readonly name: string;
  /** What an index says that the manifest is for. */
  readonly platform?: Platform;
}

/** Fetches content that is compared with its digest. */
export type Fetcher = Pick<ContentSource, "fetch">;

const BUMBLEBEE_PROGRAMS: readonly string[] = [
  MediaType.BUMBLEBEE_PROGRAM,
  MediaType.BUMBLEBEE_OLD_PROGRAM,
  MediaType.BUMBLEBEE_FIRST_PROGRAM,
];
const CONTAINER_CONFIGS: readonly string[] = [MediaType.OCI_CONFIG, MediaType.DOCKER_CONFIG];
const TAR_LAYER =
  /^application\/vnd\.(?:oci\.image\.layer\.v1\.tar(?:\+gzip|\+zstd)?|docker\.image\.rootfs\.diff\.tar(?:\.gzip)?)$/;
const BPF_MACHINE = 247;

/** What tells how a manifest is read. */
export type Shape = "gadget" | "bumblebee" | "container" | "artifact";

/**
 * Tells how a manifest is read, from its types alone: nothing else is fetched for what cannot be
 * bytecode.
 *
 * @throws {BpfmanError} `image-form-unknown`.
 */
export function shapeOfManifest(manifest: Manifest, name: string): Shape {
  const { artifactType, config, layers } = manifest;
  const types = layers.map(({ mediaType }) => mediaType);
  if (layers.length === 0) throw unknownForm(name, "it has no layers");
  if (artifactType === MediaType.GADGET || types.includes(MediaType.GADGET_PROGRAM)) {
    return "gadget";
  }
  if (config.mediaType === MediaType.BUMBLEBEE_CONFIG) return "bumblebee";
  if (types.some((type) => BUMBLEBEE_PROGRAMS.includes(type))) return "bumblebee";
  if (CONTAINER_CONFIGS.includes(config.mediaType) && artifactType === undefined) {
    const odd = types.find((type) => !TAR_LAYER.test(type));
    if (odd !== undefined) throw unknownForm(name, `a layer is "${odd}"`);
    if (layers.length === 1) return "container";
    throw unknownForm(name, `it has ${layers.length} layers, a bytecode image has one`);
  }
  if (manifest.subject !== undefined) throw unknownForm(name, "it belongs to another image");
  return "artifact";
}

function unknownForm(name: string, why: string) {
  return imageError("image-form-unknown", `Cannot find bytecode in "${name}": ${why}`, {
    hint: "Images of bpfman, Inspektor Gadget and BumbleBee, and plain artifacts are understood",
  });
}

/** True for an ELF file of BPF. */
function isBpfObject(bytes: Uint8Array): boolean {
  const isElf = bytes.length >= 64 && bytes[0] === 0x7f && bytes[1] === 0x45 &&
    bytes[2] === 0x4c && bytes[3] === 0x46;
  if (!isElf) return false;
  const isLittleEndian = bytes[5] === 1;
  return (isLittleEndian ? bytes[18] : bytes[19]) === BPF_MACHINE;
}

/** The only object among files. */
function onlyObject(files: readonly TarFile[], name: string): TarFile {
  const objects = files.filter(({ bytes }) => isBpfObject(bytes));
  const [object, second] = objects;
  if (object === undefined) {
    throw imageError("image-object-missing", `Cannot load "${name}": it has no BPF object`);
  }
  if (second !== undefined) {
    const names = objects.map((file) => file.name).join(", ");
    throw imageError(
      "image-objects-many",
      `Cannot choose an object of "${name}": it has ${objects.length}: ${names}`,
    );
  }
  if (object.bytes.length > Limit.OBJECT) {
    throw imageError(
      "image-too-large",
      `Cannot load "${name}": its object has more than ${Limit.OBJECT} bytes`,
    );
  }
  return object;
}

function titleOf({ annotations }: Descriptor): string {
  const title = annotations?.[Annotation.TITLE] ?? "";
  return /^[\w.+-]{1,100}$/.test(title) ? title : "bytecode.o";
}

/** The files of one layer: those of an archive, or the layer itself. */
async function filesOf(source: Fetcher, layer: Descriptor, name: string): Promise<TarFile[]> {
  const packed = await source.fetch(layer);
  const what = `${layer.digest} of "${name}"`;
  const isPacked = isGzip(packed) || isZstd(packed);
  const bytes = isPacked ? await unpack(packed, what, Limit.UNPACKED) : packed;
  return isTar(bytes) ? readTar(bytes, what) : [{ name: titleOf(layer), bytes }];
}

async function btfsOf(source: Fetcher, manifest: Manifest, name: string): Promise<ImageBtf[]> {
  const btfs: ImageBtf[] = [];
  for (const layer of manifest.layers) {
    if (layer.mediaType === MediaType.BTF) {
      const kernel = layer.annotations?.[Annotation.BTF_KERNEL];
      if (kernel !== undefined) btfs.push({ kernel, bytes: await source.fetch(layer) });
    } else if (layer.mediaType === MediaType.GADGET_BTFS) {
      const files = (await filesOf(source, layer, name)).filter((file) => /\.btf$/.test(file.name));
      btfs.push(...files.map((file) => ({
        kernel: file.name.slice(file.name.lastIndexOf("/") + 1).replace(/\.btf$/, ""),
        bytes: file.bytes,
      })));
    }
  }
  return btfs;
}

/** What all forms have in common once the object is found. */
async function finish(
  manifest: Manifest,
  object: TarFile,
  rest: Pick<ImageContent, "form" | "statement" | "labels" | "platform" | "btfs">,
): Promise<ImageContent> {
  return {
    ...rest,
    object: object.bytes,
    objectName: object.name,
    objectDigest: await digestOf(object.bytes),
    annotations: manifest.annotations ?? {},
  };
}

/** The configuration of a container image, as far as it matters here. */
async function readConfig(source: Fetcher, config: Descriptor, name: string) {
  const json = readJson(await source.fetch(config), `the configuration of "${name}"`);
  const { os, architecture, rootfs } = json;
  const inner = isObject(json["config"]) ? json["config"] : {};
  const platform = typeof os === "string" && typeof architecture === "string"
    ? { os, architecture }
    : null;
  const diffIds = isObject(rootfs) ? rootfs["diff_ids"] : undefined;
  return { labels: readTexts(inner["Labels"]), platform, diffIds };
}

/** The digest of the unpacked layer is part of what the configuration vouches for. */
async function checkDiffId(bytes: Uint8Array<ArrayBuffer>, diffIds: unknown, name: string) {
  const said: unknown = Array.isArray(diffIds) ? diffIds[0] : undefined;
  if (typeof said !== "string" || said === await digestOf(bytes)) return;
  throw imageError(
    "image-digest-mismatch",
    `Cannot use "${name}": its layer is not the one that its configuration names`,
  );
}

async function readContainer(
  source: Fetcher,
  manifest: Manifest,
  { name, platform }: ReadOptions,
): Promise<ImageContent> {
  const [layer] = manifest.layers;
  if (layer === undefined) throw unknownForm(name, "it has no layers");
  const config = await readConfig(source, manifest.config, name);
  const what = `${layer.digest} of "${name}"`;
  const bytes = await unpack(await source.fetch(layer), what, Limit.UNPACKED);
  await checkDiffId(bytes, config.diffIds, name);
  // some builders put the object there as it is
  const files = isTar(bytes) ? readTar(bytes, what) : [{ name: "bytecode.o", bytes }];
  const { labels } = config;
  const statement = readStatement(labels, name);
  const legacy = statement === null ? readLegacyStatement(labels) : null;
  const wanted = legacy === null ? undefined : legacyFile(labels);
  const named = files.filter((file) => file.name === wanted);
  return await finish(manifest, onlyObject(named.length === 0 ? files : named, name), {
    form: legacy === null ? ImageForm.LABELS : ImageForm.LEGACY,
    statement: statement ?? legacy,
    labels,
    platform: platform ?? config.platform,
    btfs: [],
  });
}

async function readArtifact(
  source: Fetcher,
  manifest: Manifest,
  { name, platform, form, layers }: ReadOptions & {
    readonly form: ImageForm;
    readonly layers: readonly Descriptor[];
  },
): Promise<ImageContent> {
  const files: TarFile[] = [];
  for (const layer of layers) files.push(...await filesOf(source, layer, name));
  const annotations = manifest.annotations ?? {};
  return await finish(manifest, onlyObject(files, name), {
    form,
    statement: readStatement(annotations, name),
    labels: {},
    platform: platform ?? null,
    btfs: await btfsOf(source, manifest, name),
  });
}

/** Layers that may hold the object: those that say so, else all that say nothing else. */
function objectLayers(manifest: Manifest, types: readonly string[]): readonly Descriptor[] {
  const sure = manifest.layers.filter(({ mediaType }) => types.includes(mediaType));
  const others: readonly string[] = [MediaType.BTF, MediaType.GADGET_BTFS];
  return sure.length > 0
    ? sure
    : manifest.layers.filter(({ mediaType }) => !others.includes(mediaType));
}

/**
 * Reads what a manifest holds.
 *
 * @param source Where its content is.
 * @param manifest The manifest, compared with its digest before.
 * @param options Name and platform.
 * @throws {BpfmanError} When there is no object, more than one, or something unsafe.
 */
export async function readContent(
  source: Fetcher,
  manifest: Manifest,
  options: ReadOptions,
): Promise<ImageContent> {
  const shape = shapeOfManifest(manifest, options.name);
  if (shape === "container") return await readContainer(source, manifest, options);
  const kinds = {
    gadget: { form: ImageForm.GADGET, types: [MediaType.GADGET_PROGRAM] },
    bumblebee: { form: ImageForm.BUMBLEBEE, types: BUMBLEBEE_PROGRAMS },
    artifact: { form: ImageForm.ARTIFACT, types: [MediaType.BYTECODE_OBJECT] },
  } as const;
  const { form, types } = kinds[shape];
  const layers = objectLayers(manifest, types);
  return await readArtifact(source, manifest, { ...options, form, layers });
}
