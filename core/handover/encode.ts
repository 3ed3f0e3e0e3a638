/**
 * Makes the sealed message of an object that may be loaded, or of a refusal.
 *
 * @module
 */
import { sha256Of } from "./digest.ts";
import { sealFrame } from "./frame.ts";
import { HANDOVER_VERSION, type Header, type ImageFacts } from "./header.ts";
import type { HandedObject, HandoverMessage, PlanMessage } from "./types.ts";

const NOTHING = new Uint8Array();

async function nameOf(bytes: Uint8Array) {
  return { length: bytes.length, digest: await sha256Of(bytes) };
}

function partsOf(object: HandedObject) {
  if (object.image === undefined) {
    const { path, bytes } = object;
    return { origin: { kind: "file", path } as const, bytes, btf: undefined };
  }
  const { bytes, btf, ...facts } = object.image;
  const image: ImageFacts = facts;
  return { origin: { kind: "image", image } as const, bytes, btf };
}

async function planParts({ object, ...message }: PlanMessage) {
  const { origin, bytes, btf } = partsOf(object);
  const header: Header = {
    version: HANDOVER_VERSION,
    ...message,
    origin,
    object: await nameOf(bytes),
    btf: btf === undefined ? null : await nameOf(btf),
  };
  return { header, object: bytes, btf: btf ?? NOTHING };
}

/**
 * Seals a message.
 *
 * @param message An object with the reason why it may be loaded, or a refusal.
 * @throws {BpfmanError} When a part is larger than may be handed over.
 */
export async function encodeHandover(message: HandoverMessage): Promise<Uint8Array<ArrayBuffer>> {
  const { header, ...blobs } = message.kind === "plan"
    ? await planParts(message)
    : { header: { version: HANDOVER_VERSION, ...message }, object: NOTHING, btf: NOTHING };
  return await sealFrame({ header: new TextEncoder().encode(JSON.stringify(header)), ...blobs });
}
