/**
 * Text as bytes.
 *
 * @module
 */

/** Bytes of a text in UTF-8. */
export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
