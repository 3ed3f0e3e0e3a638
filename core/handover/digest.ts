/**
 * Digests in the form in which they are written down.
 *
 * @module
 */

/** `sha256:…` of bytes. */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return `sha256:${new Uint8Array(hash).toHex()}`;
}

/** `sha256:…` of the arguments of a process: a message fits the command that it is an answer to. */
export async function digestOfArguments(args: readonly string[]): Promise<string> {
  return await sha256Of(new TextEncoder().encode(JSON.stringify(args)));
}
