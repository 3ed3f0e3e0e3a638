/**
 * The journal of an apply in the database. It names many rows, and Deno KV takes values of at most
 * 64 KiB: so it is kept as JSON in as many parts as it needs.
 *
 * @module
 */
import type { ApplyIntent } from "../declared/types.ts";

/** First word of the keys. */
const PREFIX = "apply";

/** Bytes of a part; the rest of what Deno KV takes is for what it writes around them. */
const PART_BYTES = 60_000;

/** Parts that are written at once at most: Deno KV takes 800 KiB in one atomic operation. */
const MOST_PARTS = 10;

/** Takes the journal apart; nothing for none. */
function partsOf(intent: ApplyIntent | null): Uint8Array[] {
  if (intent === null) return [];
  const bytes = new TextEncoder().encode(JSON.stringify(intent));
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += PART_BYTES) {
    parts.push(bytes.slice(at, at + PART_BYTES));
  }
  // links as they shall be come on top of those that were: what is too long is refused at the start
  const most = intent.after === null ? MOST_PARTS / 2 : MOST_PARTS;
  if (parts.length <= most) return parts;
  throw new RangeError("Cannot keep so large a journal: apply fewer applications at once");
}

/** Reads the journal, null when there is none. */
export async function readIntent(kv: Deno.Kv): Promise<ApplyIntent | null> {
  const parts: Uint8Array[] = [];
  for await (const { value } of kv.list<Uint8Array>({ prefix: [PREFIX] })) parts.push(value);
  if (parts.length === 0) return null;
  const text = await new Blob(parts as Uint8Array<ArrayBuffer>[]).text();
  return JSON.parse(text);
}

/** Writes the journal over the one that was there, or takes it away. */
export function setIntent(atomic: Deno.AtomicOperation, intent: ApplyIntent | null): void {
  const parts = partsOf(intent);
  for (const [at, part] of parts.entries()) atomic.set([PREFIX, at], part);
  for (let at = parts.length; at < MOST_PARTS; at++) atomic.delete([PREFIX, at]);
}
