/**
 * Opens what images need: the store, the registries, the settings. Each operation is in a file of
 * its own, read when it is asked for.
 *
 * @module
 */
import type {
  BuildArguments,
  BuildInput,
  BuildRequest,
  BuiltImage,
  CopiedImage,
  CopyOptions,
  ImageDescription,
  ImageDiff,
  ImageObject,
  ImageRow,
  Images,
  InspectOptions,
  ObjectOptions,
  PruneOptions,
  PruneResult,
  PulledImage,
  PullOptions,
  TransferOptions,
} from "./api.ts";
import type { SignedImage, SignOptions } from "../signature/sign/sign_reference.ts";
import type { VerifiedImage, VerifyOptions } from "../signature/verify_reference.ts";
import type { ImageContext } from "./context.ts";
import { type ImageLocation, parseLocation } from "./reference.ts";
import { Registries } from "./registry/registries.ts";
import type { ImagesOptions } from "./settings.ts";
import { ImageStore } from "./store/store.ts";
import type { Descriptor, ImageContent } from "./types.ts";

/**
 * Reads the module of an operation. Named by a value it is no part of the module graph: a pull does
 * not wait for what builds and compares (see importUnseen in cli/main.ts).
 */
function read<T>(path: string): Promise<T> {
  return import(path);
}

class OpenImages implements Images {
  readonly #context: ImageContext;

  constructor(options: ImagesOptions) {
    const { directory, inUse, now, trustDirectory } = options;
    this.#context = {
      store: new ImageStore(directory),
      registries: new Registries(options),
      ...(trustDirectory === undefined ? {} : { trustDirectory }),
      now: now ?? (() => new Date()),
      inUse: async () => await inUse?.() ?? [],
    };
  }

  async build(request: BuildRequest): Promise<BuiltImage> {
    const { buildImage } = await read<typeof import("./build/build.ts")>("./build/build.ts");
    return await buildImage(this.#context, request);
  }

  async buildArguments(inputs: readonly BuildInput[]): Promise<BuildArguments> {
    const { buildArguments } = await read<typeof import("./build/project.ts")>(
      "./build/project.ts",
    );
    return buildArguments(inputs);
  }

  async projectInputs(directory: string): Promise<BuildInput[]> {
    const { projectInputs } = await read<typeof import("./build/project.ts")>("./build/project.ts");
    return projectInputs(directory);
  }

  async pull(name: string, options?: PullOptions): Promise<PulledImage> {
    const { pullImage } = await read<typeof import("./pull.ts")>("./pull.ts");
    return await pullImage(this.#context, name, options);
  }

  async push(name: string, destination?: string, options?: CopyOptions): Promise<CopiedImage> {
    const { pushImage } = await read<typeof import("./copy.ts")>("./copy.ts");
    const place = destination === undefined ? {} : { destination };
    return await pushImage(this.#context, { name, ...place }, options);
  }

  async copy(from: string, to: string, options?: CopyOptions): Promise<CopiedImage> {
    const { copyImage } = await read<typeof import("./copy.ts")>("./copy.ts");
    return await copyImage(this.#context, { from, to }, options);
  }

  async save(
    names: readonly string[],
    path: string,
    options?: CopyOptions,
  ): Promise<CopiedImage[]> {
    const { saveImages } = await read<typeof import("./copy.ts")>("./copy.ts");
    return await saveImages(this.#context, { names, path }, options);
  }

  async load(path: string, options?: TransferOptions): Promise<CopiedImage[]> {
    const { loadImages } = await read<typeof import("./copy.ts")>("./copy.ts");
    return await loadImages(this.#context, path, options);
  }

  async list(): Promise<ImageRow[]> {
    const { listImages } = await read<typeof import("./store/manage.ts")>("./store/manage.ts");
    return await listImages(this.#context);
  }

  async inspect(name: string, options?: InspectOptions): Promise<ImageDescription> {
    const { inspectImage } = await read<typeof import("./inspect.ts")>("./inspect.ts");
    return await inspectImage(this.#context, name, options);
  }

  async verify(name: string, options: VerifyOptions): Promise<VerifiedImage> {
    const { verifyReference } = await read<typeof import("../signature/verify_reference.ts")>(
      "../signature/verify_reference.ts",
    );
    return await verifyReference(this.#context, name, options);
  }

  async sign(name: string, options: SignOptions): Promise<SignedImage> {
    const { signReference } = await read<typeof import("../signature/sign/sign_reference.ts")>(
      "../signature/sign/sign_reference.ts",
    );
    return await signReference(this.#context, name, options);
  }

  async tag(name: string, newName: string): Promise<Descriptor> {
    const { tagImage } = await read<typeof import("./store/manage.ts")>("./store/manage.ts");
    return await tagImage(this.#context, name, newName);
  }

  async remove(
    names: readonly string[],
    options?: { readonly force?: boolean },
  ): Promise<PruneResult> {
    const { removeImages } = await read<typeof import("./store/manage.ts")>("./store/manage.ts");
    return await removeImages(this.#context, names, options);
  }

  async prune(options?: PruneOptions): Promise<PruneResult> {
    const { pruneImages } = await read<typeof import("./store/manage.ts")>("./store/manage.ts");
    return await pruneImages(this.#context, options);
  }

  async diff(before: string, after: string, options?: ObjectOptions): Promise<ImageDiff> {
    const { diffImages } = await read<typeof import("./inspect.ts")>("./inspect.ts");
    return await diffImages(this.#context, { before, after }, options);
  }

  async object(name: string, options?: ObjectOptions): Promise<ImageObject> {
    const { fetchObject } = await read<typeof import("./object.ts")>("./object.ts");
    return await fetchObject(this.#context, name, options);
  }

  async content(name: string, options?: ObjectOptions): Promise<ImageContent> {
    const { readImage } = await read<typeof import("./object.ts")>("./object.ts");
    return (await readImage(this.#context, name, options)).content;
  }

  locate(name: string): ImageLocation {
    return parseLocation(name);
  }

  [Symbol.dispose](): void {
    this.#context.registries[Symbol.dispose]();
  }
}

/**
 * Opens images. Nothing is touched before the first call.
 *
 * @param options Store, registries, credentials, clock.
 */
export function openImages(options: ImagesOptions): Images {
  return new OpenImages(options);
}
