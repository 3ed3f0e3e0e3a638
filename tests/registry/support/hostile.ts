/**
 * A registry with one good image, to be spoiled by a test.
 *
 * @module
 */
import { equal } from "node:assert/strict";
import { fixture } from "../../support/cli.ts";
import { Client, type ClientOptions } from "./client.ts";
import { OwnRegistry, type OwnRegistryOptions } from "./own_registry.ts";
import { makeSample, type SampleImage, type SampleOptions, storeSample } from "./sample_image.ts";
import type { StoredRepository } from "./stored_repository.ts";

/** Repository of the image. */
export const REPOSITORY = "net/sample";

/** Options of the good image. */
export const GOOD: SampleOptions = {
  object: Deno.readFileSync(fixture("xdp_pass")),
  programs: { xdp_pass: "xdp" },
};

/** Options of the image that is in the store before; it shares nothing with the good one. */
const OTHER: SampleOptions = {
  object: Deno.readFileSync(fixture("xdp_drop")),
  programs: { xdp_drop: "xdp" },
};

/** A registry and a client of it. */
export interface Scene extends AsyncDisposable {
  readonly registry: OwnRegistry;
  readonly client: Client;
  readonly repository: StoredRepository;
  readonly sample: SampleImage;
  /** Digest of the good image's manifest. */
  readonly digest: string;
  /** Digests of configuration and layer. */
  readonly config: string;
  readonly layer: string;
  /** Name of the image by its tag. */
  readonly byTag: string;
  /** Name of the image by its digest. */
  readonly byDigest: string;
}

/** How a scene is set. */
export interface SceneOptions {
  readonly registry?: OwnRegistryOptions;
  readonly client?: ClientOptions;
  /** @default {@link GOOD} */
  readonly image?: SampleOptions;
}

interface NamedBlobs {
  readonly config: { readonly digest: string };
  readonly layers: readonly [{ readonly digest: string }];
}

/** Sets a scene: the registry has the image as `:v1`, and the client's store has another one. */
export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const registry = stack.use(OwnRegistry.start(options.registry));
  const client = stack.use(Client.open(options.client));
  const other = registry.repository("net/other");
  storeSample(other, await makeSample(OTHER), "v1");
  const repository = registry.repository(REPOSITORY);
  const sample = await makeSample(options.image ?? GOOD);
  const digest = storeSample(repository, sample, "v1");
  if (options.registry?.basic === undefined) {
    // what is in the store already must not be touched by a pull that fails
    const { isNew } = await client.images.pull(`${registry.host}/net/other:v1`);
    equal(isNew, true);
  }
  registry.requests.length = 0;
  const { config, layers: [layer] } = sample.manifest as unknown as NamedBlobs;
  const kept = stack.move();
  return {
    registry,
    client,
    repository,
    sample,
    digest,
    config: config.digest,
    layer: layer.digest,
    byTag: `${registry.host}/${REPOSITORY}:v1`,
    byDigest: `${registry.host}/${REPOSITORY}@${digest}`,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
