/**
 * A registry with a signed image, and a court that trusts whoever signed it: what attacks begin with.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { admitImage } from "../../core/admission/image.ts";
import type { Court } from "../../core/admission/court.ts";
import type { PreparedLoad } from "../../core/admission/types.ts";
import { BpfmanError } from "../../core/errors.ts";
import type { Images, ObjectOptions } from "../../core/image/api.ts";
import { parsePolicy } from "../../core/policy/parse.ts";
import type { Requester } from "../../core/policy/types.ts";
import { planLoad } from "../../core/program/plan_load.ts";
import { Client } from "../registry/support/client.ts";
import { type Fault, OwnRegistry } from "../registry/support/own_registry.ts";
import { makeSample, type SampleImage, storeSample } from "../registry/support/sample_image.ts";
import { digestOf, type StoredRepository } from "../registry/support/stored_repository.ts";
import { fixture } from "../support/cli.ts";
import { makeKey, storeSignature, type TestKey } from "./sign_by_hand.ts";

/** Who asks in these tests. */
export const ROOT_USER: Requester = { uid: 0, user: "root", groups: [0], serviceAccount: null };

/** The object that was signed. */
export const GOOD: Uint8Array<ArrayBuffer> = Deno.readFileSync(fixture("xdp_pass"));
/** The object that an attacker wants to be loaded; it has a program of the same name. */
export const EVIL: Uint8Array<ArrayBuffer> = evilTwin();

/** The signed object with one byte of its code changed: it drops what the other lets pass. */
function evilTwin(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(GOOD);
  // mov32 r0, 2 (XDP_PASS) followed by exit
  const code = [0xb4, 0, 0, 0, 2, 0, 0, 0, 0x95];
  const at = bytes.findIndex((_, start) => code.every((byte, n) => bytes[start + n] === byte));
  ok(at > 0, "the object does not return what it did");
  bytes[at + 4] = 1;
  return bytes;
}

/** A court that lets in what a key signed, and nothing else. */
export function courtOf(...keys: readonly TestKey[]): Court {
  const policy = { default: { require: [{ keys: keys.map(({ pem }) => pem) }] } };
  return { policy: parsePolicy(JSON.stringify(policy), "policy.json"), requester: ROOT_USER };
}

/** An attack's surroundings. */
export interface AttackScene extends AsyncDisposable {
  readonly registry: OwnRegistry;
  readonly repository: StoredRepository;
  readonly client: Client;
  readonly key: TestKey;
  readonly court: Court;
  readonly good: SampleImage;
  readonly evil: SampleImage;
  /** Digests of the manifests. */
  readonly goodDigest: string;
  readonly evilDigest: string;
  /** Name of the image by its tag. */
  readonly name: string;
}

/** Sets the scene: `:v1` is the signed image; the other is there without a name. */
export async function openAttack(fault?: Fault): Promise<AttackScene> {
  await using stack = new AsyncDisposableStack();
  const options = fault === undefined ? {} : { fault };
  const registry = stack.use(OwnRegistry.start({ hasReferrers: false, ...options }));
  const client = stack.use(Client.open());
  const repository = registry.repository("net/pass");
  const programs = { xdp_pass: "xdp" };
  const good = await makeSample({ object: GOOD, programs });
  const evil = await makeSample({ object: EVIL, programs });
  const goodDigest = storeSample(repository, good, "v1");
  const evilDigest = storeSample(repository, evil);
  const key = makeKey();
  storeSignature(repository, key, { signed: goodDigest });
  const kept = stack.move();
  return {
    ...{ registry, repository, client, key, good, evil, goodDigest, evilDigest },
    court: courtOf(key),
    name: `${registry.host}/net/pass:v1`,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Admits an image of a scene. */
export function admit(
  { court, client, name }: Pick<AttackScene, "court" | "client" | "name">,
  options: Omit<ObjectOptions, "admit"> = {},
  images: Pick<Images, "locate" | "object"> = client.images,
): Promise<PreparedLoad> {
  const settings = { programs: [{ type: "xdp", name: "xdp_pass" }] } as const;
  return admitImage(court, images, { name, settings, options });
}

/** What the kernel would be given must be the object that was signed. */
export async function mustBeGood(prepared: PreparedLoad): Promise<void> {
  const { bytes, digest } = await planLoad(prepared.load);
  deepStrictEqual(digest, digestOf(GOOD));
  strictEqual(digestOf(bytes), digestOf(GOOD));
  strictEqual(prepared.admission.objectDigest, digestOf(GOOD));
  ok(prepared.admission.signer?.kind === "key");
}

/** The load must be refused, for one of these reasons; gives the error. */
export async function mustRefuse(
  work: Promise<PreparedLoad>,
  ...codes: readonly string[]
): Promise<BpfmanError> {
  let prepared: PreparedLoad;
  try {
    prepared = await work;
  } catch (error) {
    if (!(error instanceof BpfmanError)) throw error;
    ok(codes.includes(error.code), `${error.code}: ${error.message}`);
    return error;
  }
  const { digest } = await planLoad(prepared.load);
  throw new Error(`Cannot accept the load of ${digest}: it must be refused`);
}
