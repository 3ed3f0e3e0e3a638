/**
 * Programs, files and sums for the build of the module.
 *
 * @module
 */

/** Options of {@linkcode run}. */
export interface RunOptions {
  /** @default the current directory */
  readonly cwd?: string;
  /** Time limit. @default 300 */
  readonly timeoutSeconds?: number;
}

/** Runs a program and returns its output; throws with what it said when it fails. */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const output = await new Deno.Command(program, {
    args: [...args],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { LC_ALL: "C.UTF-8" },
    signal: AbortSignal.timeout((options.timeoutSeconds ?? 300) * 1000),
  }).output();
  const decoder = new TextDecoder();
  if (output.success) return decoder.decode(output.stdout);
  const said = decoder.decode(output.stderr).trimEnd();
  throw new Error(`Cannot run "${program}": exit code ${output.code}\n${said}`);
}

/** True when a file or directory is there. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The SHA-256 of bytes, in hexadecimal. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
