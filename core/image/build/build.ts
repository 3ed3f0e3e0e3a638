/**
 * Makes images without a container engine and without root.
 *
 * @module
 */
import { BpfmanError, usageError } from "../../errors.ts";
import { type BuildRequest, type BuiltImage, ImageFormat } from "../api.ts";
import { hostPlatform } from "../content/platform.ts";
import { type ImageContext, openLayout } from "../context.ts";
import { refuseOther } from "../copy.ts";
import { imageError } from "../errors.ts";
import { locationText, parseLocation } from "../reference.ts";
import { storedName } from "../store/named.ts";
import type { Content } from "../store/store.ts";
import type { Descriptor, ImageBtf } from "../types.ts";
import { type CheckedInput, checkInputs, inputWarnings } from "./inputs.ts";
import {
  writeArtifact,
  writeBtfs,
  writeIndex,
  writeLabelled,
  type WriteOptions,
  type Written,
} from "./write.ts";

/** Everything of a build before it is stored. */
interface Built {
  readonly root: Descriptor;
  readonly manifests: readonly Descriptor[];
  /** What is named before what names it. */
  readonly content: readonly Content[];
  readonly referrers: readonly Descriptor[];
  readonly btfs: readonly { readonly kernel: string; readonly size: number }[];
}

/** Minimal BTFs of an object for the kernels of its platform. */
async function btfsFor(
  { path, bytes, platform }: CheckedInput,
  { kernels = [] }: BuildRequest,
): Promise<ImageBtf[]> {
  const own = kernels.filter(({ architecture = hostPlatform().architecture }) =>
    architecture === platform.architecture
  );
  if (own.length === 0) return [];
  // the reader of libbpf is large: only builds with BTFs need it
  const { minBtf } = await import("../../../bytecode-tools/inspector/min_btf.ts");
  return own.map(({ release, btf }) => {
    try {
      return { kernel: release, bytes: minBtf(bytes, btf) };
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw imageError(
        "image-object-invalid",
        `Cannot cut BTF of kernel "${release}" for "${path}": ${why}`,
        { cause },
      );
    }
  });
}

async function writeOne(input: CheckedInput, request: BuildRequest, options: WriteOptions) {
  const btfs = await btfsFor(input, request);
  const isArtifact = request.format === ImageFormat.ARTIFACT;
  const written = isArtifact
    ? await writeArtifact(input, btfs, options)
    : await writeLabelled(input, options);
  const hasReferrer = !isArtifact && btfs.length > 0;
  const referrer: Written | undefined = hasReferrer
    ? await writeBtfs(written.manifest.descriptor, btfs, options)
    : undefined;
  return { input, manifest: written.manifest, written, referrer, btfs };
}

async function writeAll(
  inputs: readonly CheckedInput[],
  request: BuildRequest,
  options: WriteOptions,
): Promise<Built> {
  const parts = await Promise.all(inputs.map((input) => writeOne(input, request, options)));
  const content = parts.flatMap(({ written }) => [...written.content, written.manifest]);
  const [first] = parts;
  if (first === undefined) throw new TypeError("Cannot build: no object was checked");
  const index = inputs.some(({ isPlatformNamed }) => isPlatformNamed)
    ? await writeIndex(parts, options)
    : undefined;
  const referrers = parts.flatMap(({ referrer }) => referrer === undefined ? [] : [referrer]);
  return {
    root: (index ?? first.manifest).descriptor,
    manifests: parts.map(({ manifest }) => manifest.descriptor),
    content: [
      ...content,
      ...(index === undefined ? [] : [index]),
      ...referrers.flatMap((one) => [...one.content, one.manifest]),
    ],
    referrers: referrers.map(({ manifest }) => manifest.descriptor),
    btfs: parts.flatMap(({ btfs }) =>
      btfs.map(({ kernel, bytes }) => ({ kernel, size: bytes.length }))
    ),
  };
}

/** Adds what the request wants said of the image; only then the reader of keys is loaded. */
async function attest(request: BuildRequest, inputs: readonly CheckedInput[], built: Built) {
  if (request.attestations === undefined) return { built, attestations: [], signature: null };
  const path = "./attest.ts";
  const { attestBuild }: typeof import("./attest.ts") = await import(path);
  const { referrers, attestations, signature } = await attestBuild(request, inputs, built.root);
  const content = referrers.flatMap((one) => [...one.content, one.manifest]);
  const manifests = referrers.map(({ manifest }) => manifest.descriptor);
  const all = {
    ...built,
    content: [...built.content, ...content],
    referrers: [...built.referrers, ...manifests],
  };
  return { built: all, attestations, signature };
}

/** Stores what was built: in the store, or in a layout. */
async function storeBuilt(context: ImageContext, text: string, built: Built): Promise<string> {
  const location = parseLocation(text);
  const digest = location.kind === "registry" ? location.reference.digest : location.digest;
  if (digest !== undefined) {
    throw usageError(`Cannot name an image "${text}": its digest comes from its content`);
  }
  const { root, content, referrers } = built;
  if (location.kind === "registry") {
    const names = [{ name: storedName(location.reference), descriptor: root }];
    await context.store.add({ content, names, referrers }, context.now());
    return locationText(location);
  }
  const layout = await openLayout(location);
  refuseOther(location.path, layout);
  for (const { descriptor, bytes } of content) await layout.push(descriptor, bytes);
  const tag = location.tag ?? "latest";
  await layout.tag(root, tag);
  layout.flush();
  return locationText({ ...location, tag });
}

function checkEpoch(epoch: number): number {
  if (Number.isSafeInteger(epoch) && epoch >= 0 && epoch < 8 ** 11) return epoch;
  throw usageError(
    `Cannot use ${epoch} as the time of an image: it must be whole seconds since 1970`,
    "Correct SOURCE_DATE_EPOCH",
  );
}

/**
 * Makes an image.
 *
 * @param context Store and clock.
 * @param request Name, objects, annotations.
 * @throws {BpfmanError} When an object cannot go into an image, or the name cannot be one.
 */
export async function buildImage(
  context: ImageContext,
  request: BuildRequest,
): Promise<BuiltImage> {
  parseLocation(request.name);
  const inputs = checkInputs(request.inputs);
  const options = {
    annotations: request.annotations ?? {},
    epoch: checkEpoch(request.epoch ?? 0),
  };
  const plain = await writeAll(inputs, request, options);
  const { built, attestations, signature } = await attest(request, inputs, plain);
  const [first] = inputs;
  if (first === undefined) throw new BpfmanError("No object is given", { code: "usage" });
  const name = await storeBuilt(context, request.name, built);
  return {
    name,
    descriptor: built.root,
    manifests: built.manifests,
    statement: first.statement,
    warnings: inputWarnings(inputs),
    btfs: built.btfs,
    attestations,
    signature,
  };
}
