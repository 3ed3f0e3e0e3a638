import { deepEqual, equal, rejects } from "node:assert/strict";
import { MAX_OBJECT_SIZE } from "../../bytecode-tools/object/object.ts";
import type { Admission } from "../admission/types.ts";
import { decodeHandover } from "./decode.ts";
import { digestOfArguments, sha256Of } from "./digest.ts";
import { encodeHandover } from "./encode.ts";
import { MAX_HEADER, MAX_OBJECT, sealFrame } from "./frame.ts";
import type { HandoverMessage, PlanMessage, RefusedMessage } from "./types.ts";

const OBJECT = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 1, 2, 3]);
const ARGUMENTS = await digestOfArguments(["load", "file", "a.o"]);
const NOTHING = new Uint8Array();
const encoder = new TextEncoder();

async function admissionOf(bytes: Uint8Array): Promise<Admission> {
  const objectDigest = await sha256Of(bytes);
  return {
    source: { kind: "file", path: "a.o", digest: objectDigest },
    objectDigest,
    signer: { kind: "certificate", subject: "a@example.com", issuer: "https://example.com" },
    decision: { allowed: true, reason: "", scope: "file:", rule: "scopes", where: "built-in" },
    warnings: ["unsigned"],
  };
}

async function filePlan(): Promise<PlanMessage> {
  return {
    kind: "plan",
    argumentsDigest: ARGUMENTS,
    phases: [["read", 1.5], ["decide", 0]],
    object: { path: "a.o", bytes: OBJECT },
    admission: await admissionOf(OBJECT),
  };
}

async function imagePlan(): Promise<PlanMessage> {
  const objectDigest = await sha256Of(OBJECT);
  return {
    ...await filePlan(),
    object: {
      image: {
        reference: "quay.io/x/y:v1",
        digest: `sha256:${"1".repeat(64)}`,
        manifestDigest: `sha256:${"2".repeat(64)}`,
        pullPolicy: "IfNotPresent",
        form: "labels",
        objectDigest,
        statement: { programs: { count: "xdp" }, maps: {} },
        bytes: OBJECT,
        btf: new Uint8Array([9, 8, 7]),
      },
    },
  };
}

const REFUSED: RefusedMessage = {
  kind: "refused",
  argumentsDigest: ARGUMENTS,
  phases: [],
  exitCode: 4,
  code: "policy-refused",
  message: "Cannot load",
  refused: null,
};

const REFUSED_IMAGE: RefusedMessage = {
  ...REFUSED,
  refused: {
    source: { kind: "image", repository: "quay.io/x/y", digest: `sha256:${"1".repeat(64)}` },
    objectDigest: null,
    signer: null,
    decision: { allowed: false, reason: "no", scope: "image:", rule: "scopes", where: "built-in" },
  },
};

async function mustRefuse(bytes: Uint8Array<ArrayBuffer>, why: RegExp | string): Promise<void> {
  await rejects(decodeHandover(bytes, ARGUMENTS), (error: Error) => {
    equal("code" in error ? error.code : "", "plan-broken", `${error.stack}`);
    const isMeant = typeof why === "string" ? error.message.includes(why) : why.test(error.message);
    equal(isMeant, true, error.message);
    return true;
  });
}

/** A plan whose header was changed by whoever sealed it. */
async function forge(change: (header: Record<string, unknown>) => unknown, blobs = {}) {
  return await forgeFrom(await filePlan(), change, blobs);
}

async function forgeFrom(
  message: HandoverMessage,
  change: (header: Record<string, unknown>) => unknown,
  blobs = {},
) {
  const bytes = await encodeHandover(message);
  const length = new DataView(bytes.buffer).getUint32(8, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(20, 20 + length)));
  const changed = encoder.encode(JSON.stringify(change(header) ?? header));
  return await sealFrame({ header: changed, object: OBJECT, btf: NOTHING, ...blobs });
}

Deno.test("decodeHandover() gives back what encodeHandover() was given", async () => {
  for (const message of [await filePlan(), await imagePlan(), REFUSED, REFUSED_IMAGE]) {
    deepEqual(await decodeHandover(await encodeHandover(message), ARGUMENTS), message);
  }
});

Deno.test("the largest object that is loaded can be handed over", () => {
  equal(MAX_OBJECT, MAX_OBJECT_SIZE);
});

Deno.test("a plan with any single bit changed is refused", async () => {
  for (const message of [await filePlan(), REFUSED]) {
    const bytes = await encodeHandover(message);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      await mustRefuse(damaged, /./);
    }
  }
});

Deno.test("a plan that was cut anywhere, or is followed by something, is refused", async () => {
  const bytes = await encodeHandover(await filePlan());
  for (let length = 0; length < bytes.length; length++) {
    await mustRefuse(bytes.slice(0, length), /there is none|first bytes|were sealed/);
  }
  await mustRefuse(new Uint8Array([...bytes, 0]), "were sealed");
  await mustRefuse(new Uint8Array([...bytes, ...bytes]), "were sealed");
  await mustRefuse(new Uint8Array([0, ...bytes]), "it is none");
});

Deno.test("lengths beyond the limits are refused before anything is read by them", async () => {
  const bytes = await encodeHandover(REFUSED);
  for (const at of [8, 12, 16]) {
    const damaged = bytes.slice();
    new DataView(damaged.buffer).setUint32(at, 0xffff_ffff, true);
    await mustRefuse(damaged, "at most");
  }
  const large = sealFrame({ header: new Uint8Array(MAX_HEADER + 1), object: OBJECT, btf: NOTHING });
  await rejects(large, /at most 1048576/);
});

Deno.test("a plan that answers other arguments is refused", async () => {
  const other = { ...REFUSED, argumentsDigest: await digestOfArguments(["load", "file", "b.o"]) };
  await mustRefuse(await encodeHandover(other), "other arguments");
});

Deno.test("a sealed plan whose bytes do not fit its digests is refused", async () => {
  const other = `sha256:${"0".repeat(64)}`;
  await mustRefuse(
    await forge((header) => ({ ...header, object: { length: 7, digest: other } })),
    "its object has another digest",
  );
  await mustRefuse(
    await forge((header) => ({ ...header, object: { length: 8, digest: other } })),
    "its object has another length",
  );
  await mustRefuse(await forge(() => {}, { btf: OBJECT }), "its btf has another length");
  await mustRefuse(
    await forge((header) => {
      const admission = header["admission"] as Admission;
      return { ...header, admission: { ...admission, objectDigest: other } };
    }),
    "what was decided is about another object",
  );
});

Deno.test("an image's digest must be that of the bytes", async () => {
  const plan = await imagePlan();
  if (plan.object.image === undefined) throw new Error("Cannot test: the plan has no image");
  const image = { ...plan.object.image, objectDigest: `sha256:${"0".repeat(64)}` };
  const bytes = await encodeHandover({ ...plan, object: { image } });
  await mustRefuse(bytes, "what was decided is about another object");
});

Deno.test("a header with another shape is refused", async () => {
  const changes: readonly [string, unknown, RegExp][] = [
    ["version", 2, /its version is 2, this program reads 1/],
    ["version", "1", /header.version is not a whole number/],
    ["kind", "other", /header.kind is not one of/],
    ["phases", {}, /header.phases is not a list/],
    ["phases", [["a", -1]], /header.phases\[0\]\[1\] is not a number/],
    ["phases", [["a", 1, 2]], /header.phases\[0\] is not a pair/],
    ["origin", { kind: "file", path: 1 }, /header.origin.path is not a text/],
    ["origin", { kind: "file" }, /header.origin lacks "path"/],
    ["origin", [], /header.origin is not an object/],
    ["admission", null, /header.admission is not an object/],
    ["more", 1, /header has the unknown key "more"/],
    ["argumentsDigest", "sha256:1", /header.argumentsDigest is not a SHA-256 digest/],
  ];
  for (const [key, value, why] of changes) {
    await mustRefuse(await forge((header) => ({ ...header, [key]: value })), why);
  }
  const raw = { header: encoder.encode("{"), object: NOTHING, btf: NOTHING };
  await mustRefuse(await sealFrame(raw), "its header is not JSON");
});

Deno.test("what a refusal says of its object is read strictly", async () => {
  const { refused } = REFUSED_IMAGE;
  if (refused === null) throw new TypeError("Cannot test: nothing is refused");
  const { objectDigest: _, ...less } = refused;
  const changes: readonly [unknown, RegExp][] = [
    [undefined, /header lacks "refused"/],
    [less, /header.refused lacks "objectDigest"/],
    [{ ...refused, more: 1 }, /header.refused has the unknown key "more"/],
    [{ ...refused, objectDigest: "1" }, /header.refused.objectDigest is not a SHA-256 digest/],
    [{ ...refused, source: { kind: "net" } }, /header.refused.source.kind is not one of/],
    [{ ...refused, decision: null }, /header.refused.decision is not an object/],
  ];
  for (const [value, why] of changes) {
    const change = (header: Record<string, unknown>) => ({ ...header, refused: value });
    await mustRefuse(await forgeFrom(REFUSED_IMAGE, change, { object: NOTHING }), why);
  }
});

Deno.test("a refusal with an object is refused", async () => {
  const header = encoder.encode(JSON.stringify({ version: 1, ...REFUSED }));
  await mustRefuse(await sealFrame({ header, object: OBJECT, btf: NOTHING }), "has no object");
});
