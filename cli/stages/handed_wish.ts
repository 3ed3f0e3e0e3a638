/**
 * What a command about applications wants, as the process of the user hands it to the other two: as
 * their standard input.
 *
 * @module
 */
import { parseWish, type Wish } from "../declared/wish.ts";

const CHUNK = 64 * 1024;

/** Reads what is wanted; once, as standard input has no beginning to go back to. */
export function readHandedWish(): Wish {
  const parts: Uint8Array[] = [];
  for (;;) {
    const part = new Uint8Array(CHUNK);
    const count = Deno.stdin.readSync(part);
    if (count === null || count === 0) break;
    parts.push(part.subarray(0, count));
  }
  const decoder = new TextDecoder();
  const text = parts.map((part) => decoder.decode(part, { stream: true })).join("");
  return parseWish(text + decoder.decode());
}
