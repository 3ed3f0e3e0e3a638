/**
 * `image build`.
 *
 * @module
 */
import type {
  BuildAttestations,
  BuildInput,
  BuildKernel,
  BuildRequest,
  BuiltImage,
  Images,
} from "../../core/image/api.ts";
import { Annotation } from "../../core/image/media_types.ts";
import { BpfmanError, usageError } from "../../core/errors.ts";
import {
  ANNOTATION,
  BTF_KERNELS,
  BUILDER,
  IMAGE_FORMAT,
  KERNEL_BTFS,
  PROVENANCE,
  PUSH,
  SBOM,
  USUAL_ANNOTATIONS,
} from "../commands/image_build.ts";
import { CILIUM_PROJECT, IMAGE, IMAGE_INPUTS } from "../commands/image_options.ts";
import { BUILD_KEY } from "../commands/signing_options.ts";
import type { CommandContext } from "../context.ts";
import { openImages, withProgress } from "../images.ts";
import { readEpoch } from "../epoch.ts";
import { readObjectFile } from "../input_file.ts";
import { printDocument } from "../output/document.ts";
import { builtJson } from "../output/image_json.ts";
import { builtText } from "../output/image_text.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { openProgress } from "../progress.ts";
import { readKeyToSign } from "../signing_key.ts";
import { readAnyFile } from "../special_file.ts";
import { VERSION } from "../version_number.ts";
import { toRecord } from "./pairs.ts";

const ANNOTATION_KEYS = {
  title: Annotation.TITLE,
  source: Annotation.SOURCE,
  revision: Annotation.REVISION,
  licenses: Annotation.LICENSES,
} as const satisfies Readonly<Record<keyof typeof USUAL_ANNOTATIONS, string>>;

/** Reads an object; a file that cannot be read is told in the words that bpfman has for it. */
function readBuildObject(path: string): Uint8Array<ArrayBuffer> {
  try {
    return readObjectFile(path).bytes;
  } catch (cause) {
    if (!(cause instanceof BpfmanError)) throw cause;
    const { code, kind } = cause;
    throw new BpfmanError(`Cannot open bytecode ELF "${path}"`, { code, kind, cause });
  }
}

/** The objects that a build is made of: those that were named, or those of a project. */
export async function readBuildInputs(images: Images, input: ParsedInput): Promise<BuildInput[]> {
  const project = input.one(CILIUM_PROJECT);
  const named = input.all(IMAGE_INPUTS);
  if (project !== undefined && named.length > 0) {
    throw usageError("Cannot use --cilium-ebpf-project together with PATH: give one of them");
  }
  if (project !== undefined) return await images.projectInputs(project);
  if (named.length === 0) {
    throw usageError("Missing argument PATH", "Give an object file, or --cilium-ebpf-project DIR");
  }
  return named.map(({ path, platform }) => ({
    path,
    bytes: readBuildObject(path),
    ...(platform === undefined ? {} : { platform }),
  }));
}

function readAnnotations(input: ParsedInput): Record<string, string> {
  const annotations = toRecord("--annotation", input.all(ANNOTATION));
  for (const [word, spec] of Object.entries(USUAL_ANNOTATIONS)) {
    const value = input.one(spec);
    const key = ANNOTATION_KEYS[word as keyof typeof ANNOTATION_KEYS];
    if (value !== undefined) annotations[key] = value;
  }
  return annotations;
}

async function readKernels(context: CommandContext, input: ParsedInput): Promise<BuildKernel[]> {
  const [names, files] = [input.all(BTF_KERNELS), input.all(KERNEL_BTFS)];
  if (names.length + files.length === 0) return [];
  // few builds are for kernels without BTF: the others must not even read these (see importUnseen
  // in ../main.ts)
  const stores = "../kernel_store.ts";
  const facts = "../../core/facts/add.ts";
  const { kernelStore }: typeof import("../kernel_store.ts") = await import(stores);
  const { factsFromFile }: typeof import("../../core/facts/add.ts") = await import(facts);
  const store = kernelStore(context, input);
  const kernels: BuildKernel[] = names.map((name) => {
    const { release, btf } = store.load(name);
    return { release: release === "" ? name : release, btf: new Uint8Array(btf) };
  });
  for (const [release, path] of files) {
    const { bytes } = await readAnyFile(path);
    const { btf } = await factsFromFile({ path, bytes });
    kernels.push({ release, btf: new Uint8Array(btf) });
  }
  return kernels;
}

/** What is to be said of the image; undefined when nothing is. */
function readAttestations(
  context: CommandContext,
  input: ParsedInput,
): BuildAttestations | undefined {
  const path = input.one(BUILD_KEY);
  const [provenance, sbom] = [input.has(PROVENANCE), input.has(SBOM)];
  if (path === undefined && !provenance && !sbom) return undefined;
  const id = input.one(BUILDER) ?? "urn:bpfman:local";
  if (!URL.canParse(id)) {
    throw usageError(`Cannot use --builder "${id}": it is no URI`, "Write https://… or urn:…");
  }
  const key = path === undefined ? {} : { key: readKeyToSign(context, input, path) };
  return { provenance, sbom, builder: { id, version: VERSION }, ...key };
}

/** Makes the image; compilers of kernels' types work for seconds, and cannot be looked at. */
async function buildWith(
  { terminal }: CommandContext,
  images: Images,
  request: BuildRequest,
): Promise<BuiltImage> {
  using line = openProgress(terminal);
  const { name, kernels = [] } = request;
  if (kernels.length > 0) line.announce(`building ${name} for ${kernels.length} kernel(s)`);
  return await images.build(request);
}

/** Makes an image and prints what it became. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  using images = await openImages(context, input);
  const format = input.one(IMAGE_FORMAT);
  const epoch = readEpoch(context);
  const attestations = readAttestations(context, input);
  const request: BuildRequest = {
    name: input.must(IMAGE),
    inputs: await readBuildInputs(images, input),
    annotations: readAnnotations(input),
    kernels: await readKernels(context, input),
    ...(format === undefined ? {} : { format }),
    ...(epoch === undefined ? {} : { epoch }),
    ...(attestations === undefined ? {} : { attestations }),
  };
  const built = await buildWith(context, images, request);
  for (const warning of built.warnings) context.terminal.err(`bpfman: note: ${warning}\n`);
  const isPublished = input.has(PUSH);
  if (isPublished) {
    await withProgress(context, (options) => images.push(built.name, undefined, options));
  }
  await printDocument(context, {
    data: () => builtJson(built, isPublished),
    text: () => builtText(built, isPublished),
    names: () => [`image/${built.name}`],
  });
}
