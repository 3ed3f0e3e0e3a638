/**
 * Reads a sealed message: nothing of it is believed before all of it fits together.
 *
 * @module
 */
import { sha256Of } from "./digest.ts";
import { brokenPlan, type Frame, openFrame } from "./frame.ts";
import { HANDOVER_VERSION, type Header, type PlanHeader, readHeader } from "./header.ts";
import type { HandedObject, HandoverMessage } from "./types.ts";

function parseHeader(bytes: Uint8Array): Header {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw brokenPlan("its header is not JSON");
  }
  const header = readHeader(value, "header");
  if (header.version === HANDOVER_VERSION) return header;
  throw brokenPlan(`its version is ${header.version}, this program reads ${HANDOVER_VERSION}`);
}

async function checkBlob(
  name: "object" | "btf",
  bytes: Uint8Array,
  wanted: PlanHeader["btf"],
): Promise<void> {
  if (bytes.length !== (wanted?.length ?? 0)) {
    throw brokenPlan(`its ${name} has another length than its header says`);
  }
  if (wanted !== null && await sha256Of(bytes) !== wanted.digest) {
    throw brokenPlan(`its ${name} has another digest than its header says`);
  }
}

/** Every place that names the object must name this one. */
function checkDigests(
  { object, origin, admission }: Pick<PlanHeader, "object" | "origin" | "admission">,
): void {
  const said = [admission.objectDigest];
  if (origin.kind === "image") said.push(origin.image.objectDigest);
  if (said.every((digest) => digest === object.digest)) return;
  throw brokenPlan("what was decided is about another object");
}

function objectOf(
  { origin, btf }: Pick<PlanHeader, "origin" | "btf">,
  frame: Frame,
): HandedObject {
  const { object: bytes } = frame;
  if (origin.kind === "file") return { path: origin.path, bytes };
  return { image: { ...origin.image, bytes, ...(btf === null ? {} : { btf: frame.btf }) } };
}

/**
 * Reads a sealed message.
 *
 * @param bytes All of it, and nothing else.
 * @param argumentsDigest What it must be an answer to.
 * @throws {BpfmanError} `plan-broken`, for anything that does not fit.
 */
export async function decodeHandover(
  bytes: Uint8Array<ArrayBuffer>,
  argumentsDigest: string,
): Promise<HandoverMessage> {
  const frame = await openFrame(bytes);
  const { version: _, ...header } = parseHeader(frame.header);
  if (header.argumentsDigest !== argumentsDigest) {
    throw brokenPlan("it is an answer to other arguments");
  }
  if (header.kind === "refused") {
    if (frame.object.length + frame.btf.length === 0) return header;
    throw brokenPlan("a refusal has no object");
  }
  const { origin, object, btf, ...message } = header;
  await checkBlob("object", frame.object, object);
  await checkBlob("btf", frame.btf, btf);
  checkDigests(header);
  return { ...message, object: objectOf({ origin, btf }, frame) };
}
