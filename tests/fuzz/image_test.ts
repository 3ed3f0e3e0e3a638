/**
 * Damages what images are made of: whatever strangers send, it is either read or refused in our
 * words, and soon.
 *
 * @module
 */
import { deepEqual, ok } from "node:assert/strict";
import { readContent } from "../../core/image/content/read.ts";
import { readDocument } from "../../core/image/documents.ts";
import { gzip, unpack } from "../../core/image/gzip.ts";
import { parseLocation } from "../../core/image/reference.ts";
import { parseChallenge } from "../../core/image/registry/challenge.ts";
import { readTar, writeTar } from "../../core/image/tar.ts";
import type { Descriptor } from "../../core/image/types.ts";
import { BpfmanError } from "../../core/errors.ts";
import { makeSample, SAMPLE_FORMS, type SampleImage } from "../registry/support/sample_image.ts";
import { digestOf } from "../registry/support/stored_repository.ts";
import { mutate, Random } from "./mutate.ts";

const OBJECT = Deno.readFileSync(new URL("../fixtures/xdp_drop.bpf.o", import.meta.url));
const SEED = 20_261_122;

/** What became of many damaged inputs. */
class Outcome {
  read = 0;
  refused = 0;
  readonly strays: string[] = [];

  async add(work: () => unknown): Promise<void> {
    try {
      await work();
      this.read++;
    } catch (error) {
      if (error instanceof BpfmanError && error.message !== "") this.refused++;
      else this.strays.push(String(error));
    }
  }
}

/** Damages bytes of any kind, the first block of archives above all. */
function damage(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const head = { start: 0, end: Math.min(bytes.length, 512), width: 1 } as const;
  const regions = [head, { start: 0, end: bytes.length, width: 1 } as const];
  return new Uint8Array(mutate(random, { name: "bytes", bytes, regions }));
}

/** Swaps, repeats and drops parts of a text. */
function mutateText(text: string, random: Random): string {
  let changed = text;
  for (let count = 1 + random.below(3); count > 0; count--) {
    const at = random.below(changed.length + 1);
    const length = random.below(8);
    const pieces = ["", changed.slice(at, at + length), "{}", "null", "-1", '"', "\0", "[", "9e99"];
    const piece = pieces[random.below(pieces.length)] ?? "";
    changed = changed.slice(0, at) + piece + changed.slice(at + random.below(length + 1));
  }
  return changed;
}

async function samples(): Promise<SampleImage[]> {
  const options = { object: OBJECT, programs: { xdp_drop: "xdp" } };
  return await Promise.all(SAMPLE_FORMS.map((form) => makeSample({ ...options, form })));
}

Deno.test("readDocument() and readContent() refuse damaged manifests in our words", async () => {
  const random = new Random(SEED);
  const outcome = new Outcome();
  for (const { mediaType, manifest, blobs } of await samples()) {
    const content = new Map(blobs.map((bytes) => [digestOf(bytes), bytes]));
    const fetch = ({ digest }: Descriptor) => {
      const bytes = content.get(digest);
      return bytes === undefined
        ? Promise.reject(new BpfmanError("Not there", { code: "image-not-found" }))
        : Promise.resolve(bytes);
    };
    for (let count = 0; count < 400; count++) {
      const text = mutateText(JSON.stringify(manifest), random);
      await outcome.add(async () => {
        const document = readDocument(new TextEncoder().encode(text), mediaType, "x");
        if (document.kind === "manifest") {
          await readContent({ fetch }, document.manifest, { name: "x" });
        }
      });
    }
  }
  deepEqual(outcome.strays, []);
  ok(outcome.read > 20 && outcome.refused > 1000, `${outcome.read} ${outcome.refused}`);
});

Deno.test("readContent() refuses damaged configurations and layers in our words", async () => {
  const random = new Random(SEED + 1);
  const outcome = new Outcome();
  for (const { mediaType, manifest, blobs } of await samples()) {
    const document = readDocument(
      new TextEncoder().encode(JSON.stringify(manifest)),
      mediaType,
      "x",
    );
    if (document.kind !== "manifest") continue;
    for (let count = 0; count < 150; count++) {
      // the digest is taken for granted here: what a signer of bad content could do
      const damaged = new Map(
        blobs.map((bytes) =>
          [digestOf(bytes), random.below(2) === 0 ? bytes : damage(bytes, random)] as const
        ),
      );
      const fetch = ({ digest }: Descriptor) =>
        Promise.resolve(new Uint8Array(damaged.get(digest) ?? new Uint8Array()));
      await outcome.add(() => readContent({ fetch }, document.manifest, { name: "x" }));
    }
  }
  deepEqual(outcome.strays, []);
  ok(outcome.read > 100 && outcome.refused > 100, `${outcome.read} ${outcome.refused}`);
});

Deno.test("readTar() and unpack() refuse damaged archives in our words", async () => {
  const random = new Random(SEED + 2);
  const outcome = new Outcome();
  const archive = writeTar([{ name: "a.o", bytes: OBJECT }, { name: "b/c", bytes: OBJECT }]);
  const packed = await gzip(archive);
  for (let count = 0; count < 1500; count++) {
    await outcome.add(() => readTar(damage(archive, random), "x"));
    await outcome.add(() => unpack(damage(packed, random), "x", 1 << 20));
  }
  deepEqual(outcome.strays, []);
  ok(outcome.refused > 1000, String(outcome.refused));
});

Deno.test("names and challenges of any kind are read or refused in our words", async () => {
  const random = new Random(SEED + 3);
  const outcome = new Outcome();
  const names = [
    "registry.example:5000/net/xdp:v1",
    `quay.io/net/xdp@sha256:${"ab".repeat(32)}`,
    "oci:/a/b:v1",
    'Bearer realm="https://a.example/token",service="r",scope="repository:a:pull"',
  ];
  for (let count = 0; count < 4000; count++) {
    const text = mutateText(names[random.below(names.length)] ?? "", random);
    await outcome.add(() => parseLocation(text));
    parseChallenge(text);
  }
  deepEqual(outcome.strays, []);
  ok(outcome.read > 500 && outcome.refused > 500, `${outcome.read} ${outcome.refused}`);
});
