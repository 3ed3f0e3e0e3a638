/**
 * Images without a store and without registries: what is asked for comes back with fixed digests,
 * and names bring about failures.
 *
 * @module
 */
import type {
  BuildArguments,
  BuildAttestations,
  BuildInput,
  BuildRequest,
  BuiltAttestation,
  BuiltImage,
  CopiedImage,
  CopyOptions,
  ImageDescription,
  ImageDiff,
  ImageObject,
  ImageRow,
  Images,
  ObjectOptions,
  PruneOptions,
  PruneResult,
  PulledImage,
  PullOptions,
} from "../../core/image/api.ts";
import type { ContentSource } from "../../core/image/content/source.ts";
import { digestOf } from "../../core/image/digest.ts";
import type { SignedImage, SignOptions } from "../../core/signature/sign/sign_reference.ts";
import type { VerifiedImage } from "../../core/signature/verify_reference.ts";
import { imageError } from "../../core/image/errors.ts";
import { type ImageLocation, parseLocation } from "../../core/image/reference.ts";
import type { Descriptor } from "../../core/image/types.ts";
import { diffObjects } from "../../bytecode-tools/object/diff.ts";
import { gateObject } from "../../bytecode-tools/object/gate.ts";
import {
  AMD64,
  DESCRIPTION,
  descriptor,
  INDEX,
  MANIFEST,
  ROWS,
  STATEMENT,
} from "./sample_images.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url);
/** Fails in the way that a name asks for. */
function failAsNamed(name: string): void {
  if (name.includes("absent")) {
    throw imageError("image-not-found", `Image "${name}" does not exist`);
  }
  if (name.includes("unreachable")) {
    throw imageError("registry-unreachable", `Cannot reach "${name}": connection refused`, {
      hint: "Check the name and the network",
    });
  }
}

function absent(name: string): Promise<never> {
  return Promise.reject(imageError("image-not-found", `Cannot find "${name}"`));
}

/** A place with an image that nobody signed. */
const NO_SIGNATURES: ContentSource = {
  name: "fake",
  resolve: absent,
  fetch: ({ digest }) => absent(digest),
  exists: () => Promise.resolve(false),
  referrers: () => Promise.resolve([]),
  tags: () => Promise.resolve([]),
};

function attestationsOf({ provenance, sbom, key }: BuildAttestations): BuiltAttestation[] {
  const isSigned = key !== undefined;
  const provenances = provenance === true ? ["https://slsa.dev/provenance/v1"] : [];
  const sboms = sbom === true ? ["https://spdx.dev/Document"] : [];
  return [...provenances, ...sboms].map((predicateType, at) => ({
    predicateType,
    digest: descriptor(String(6 + at)).digest,
    isSigned,
  }));
}

/** Images that need nothing. */
export class FakeImages implements Images {
  readonly #isEmpty: boolean;

  constructor(isEmpty: boolean) {
    this.#isEmpty = isEmpty;
  }

  build(
    { name, inputs, format, kernels = [], attestations = {} }: BuildRequest,
  ): Promise<BuiltImage> {
    const isIndex = inputs.some(({ platform }) => platform !== undefined);
    const manifests = inputs.map(({ platform }, at) => ({
      ...descriptor(String(at)),
      platform: platform ?? AMD64,
    }));
    return Promise.resolve({
      name,
      descriptor: isIndex ? INDEX : MANIFEST,
      manifests,
      statement: STATEMENT,
      warnings: format === "artifact" ? ["other tools cannot read this form"] : [],
      btfs: kernels.map(({ release }) => ({ kernel: release, size: 700 })),
      attestations: attestationsOf(attestations),
      signature: attestations.key === undefined ? null : descriptor("5").digest,
    });
  }

  buildArguments(inputs: readonly BuildInput[]): Promise<BuildArguments> {
    const [first] = inputs;
    return Promise.resolve({
      platforms: [],
      buildArgs: { BYTECODE_FILE: first?.path ?? "" },
      statement: STATEMENT,
    });
  }

  projectInputs(directory: string): Promise<BuildInput[]> {
    const path = `${directory}/bpf_x86_bpfel.o`;
    return Promise.resolve([{ path, bytes: new Uint8Array(), platform: AMD64 }]);
  }

  pull(name: string, { policy }: PullOptions = {}): Promise<PulledImage> {
    failAsNamed(name);
    const isNew = policy === "Always";
    return Promise.resolve({ name, descriptor: INDEX, manifest: MANIFEST, isNew });
  }

  push(name: string, destination?: string, options: CopyOptions = {}): Promise<CopiedImage> {
    return this.copy(name, destination ?? name, options);
  }

  copy(from: string, to: string, { withReferrers = true }: CopyOptions = {}) {
    failAsNamed(from);
    failAsNamed(to);
    return Promise.resolve({ name: to, descriptor: INDEX, referrers: withReferrers ? 1 : 0 });
  }

  save(names: readonly string[], _path: string): Promise<CopiedImage[]> {
    const saved = names.map((name) => ({ name, descriptor: INDEX, referrers: 0 }));
    return Promise.resolve(saved);
  }

  load(_path: string): Promise<CopiedImage[]> {
    const names = ["quay.io/net/counter:v1", "quay.io/net/drop:v1"];
    return Promise.resolve(names.map((name) => ({ name, descriptor: INDEX, referrers: 1 })));
  }

  list(): Promise<ImageRow[]> {
    return Promise.resolve(this.#isEmpty ? [] : [...ROWS]);
  }

  inspect(name: string): Promise<ImageDescription> {
    failAsNamed(name);
    return Promise.resolve({ name, ...DESCRIPTION });
  }

  verify(name: string): Promise<VerifiedImage> {
    failAsNamed(name);
    const where = `sha256-${"1".repeat(64)}.sig`;
    const verdict: VerifiedImage["verdict"] = name.includes("unsigned")
      ? { kind: "unsigned" }
      : name.includes("refused")
      ? { kind: "refused", reasons: [`${where}: it signs another image`] }
      : {
        kind: "signed",
        signer: { kind: "key", fingerprint: "2".repeat(64) },
        where,
        predicate: null,
      };
    return Promise.resolve({ name, descriptor: INDEX, isLocal: false, verdict });
  }

  sign(name: string, { policy = "IfNotPresent" }: SignOptions): Promise<SignedImage> {
    failAsNamed(name);
    return Promise.resolve({
      name,
      descriptor: INDEX,
      isLocal: policy !== "Always",
      fingerprint: "2".repeat(64),
      where: descriptor("5").digest,
      isNew: !name.includes("signed"),
    });
  }

  tag(name: string, _newName: string): Promise<Descriptor> {
    failAsNamed(name);
    return Promise.resolve(INDEX);
  }

  remove(names: readonly string[], { force = false }: { force?: boolean } = {}) {
    const [first = ""] = names;
    if (first.includes("counter") && !force) {
      throw imageError("image-in-use", `Cannot remove "${first}": programs 63, 64 came from it`, {
        hint: "Unload them first, or give --force",
      });
    }
    return Promise.resolve({ removed: names, kept: [], freed: 512 });
  }

  prune({ all = false }: PruneOptions = {}): Promise<PruneResult> {
    return Promise.resolve({
      removed: [`quay.io/net/drop@${MANIFEST.digest}`],
      kept: all ? ["quay.io/net/counter:v1"] : [],
      freed: 1512,
    });
  }

  diff(before: string, after: string): Promise<ImageDiff> {
    const names = before === after ? ["xdp_drop", "xdp_drop"] : ["xdp_drop", "xdp_pass"];
    const objects = names.map((name) => Deno.readFileSync(new URL(`${name}.bpf.o`, FIXTURES)));
    const [first = new Uint8Array(), second = new Uint8Array()] = objects;
    const identity = (name: string, digit: string) => ({
      name,
      digest: descriptor(digit).digest,
      objectDigest: descriptor(digit).digest,
      objectSize: 1234,
    });
    return Promise.resolve({
      before: identity(before, "1"),
      after: identity(after, "2"),
      diff: diffObjects(gateObject(first), gateObject(second)),
    });
  }

  async object(
    name: string,
    { policy = "IfNotPresent", admit }: ObjectOptions = {},
  ): Promise<ImageObject> {
    failAsNamed(name);
    if (policy === "Never" && !name.includes("counter")) {
      throw imageError("image-not-stored", `Cannot use "${name}": it is not in the store`);
    }
    const location = parseLocation(name);
    await admit?.({ role: "image", name, location, source: NO_SIGNATURES, descriptor: INDEX });
    const bytes = Deno.readFileSync(new URL("xdp_drop.bpf.o", FIXTURES));
    return {
      reference: name,
      digest: INDEX.digest,
      manifestDigest: MANIFEST.digest,
      pullPolicy: policy,
      form: "labels",
      bytes,
      objectDigest: await digestOf(bytes),
      statement: STATEMENT,
    };
  }

  content(name: string): Promise<never> {
    throw imageError("image-not-found", `Image "${name}" does not exist`);
  }

  locate(name: string): ImageLocation {
    return parseLocation(name);
  }

  [Symbol.dispose](): void {}
}
