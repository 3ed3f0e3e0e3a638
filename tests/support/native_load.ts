/**
 * Loads single programs into this machine's kernel (root), in a child process.
 *
 * @module
 */

/** What came of one program. */
export interface LoadResult {
  readonly program: string;
  /** 0, a negative error number, or -9999 when there was nothing to load. */
  readonly code: number;
  /** The verifier's log. */
  readonly log: string;
}

/**
 * Loads programs of an object, each by itself; nothing stays loaded.
 *
 * @param object The object.
 * @param programs Their names.
 */
export async function loadPrograms(
  object: Uint8Array,
  programs: readonly string[],
): Promise<LoadResult[]> {
  const names = new TextEncoder().encode(JSON.stringify(programs));
  const input = new Uint8Array(4 + object.length + names.length);
  new DataView(input.buffer).setUint32(0, object.length, true);
  input.set(object, 4);
  input.set(names, 4 + object.length);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-lock",
      "--allow-ffi",
      new URL("native_load_child.ts", import.meta.url).pathname,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(input);
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(`Cannot load programs: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
}
