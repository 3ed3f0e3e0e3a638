/**
 * Short-lived helper programs of the harness (apt-get, dpkg-deb, xz, ...).
 *
 * @module
 */

/** Options of {@linkcode runProgram}. */
export interface RunProgramOptions {
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Bytes for the standard input; none by default. */
  readonly stdin?: Uint8Array<ArrayBuffer>;
  /** How error messages name the call. @default program and arguments */
  readonly label?: string;
  /** Seconds after which the program is killed. @default 600 */
  readonly timeoutSeconds?: number;
}

/** Runs a program to its end and returns what it printed; throws when it fails. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: RunProgramOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const timeoutSeconds = options.timeoutSeconds ?? 600;
  const child = new Deno.Command(program, {
    args: [...args],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { LC_ALL: "C", ...options.env },
    stdin: options.stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(timeoutSeconds * 1000),
  }).spawn();
  const fed = options.stdin === undefined ? Promise.resolve() : feed(child.stdin, options.stdin);
  const [output] = await Promise.all([child.output(), fed]);
  if (output.success) return output.stdout;
  const text = new TextDecoder().decode(output.stderr).trim();
  throw new Error(
    `Cannot run "${options.label ?? `${program} ${args.join(" ")}`}": ` +
      `it ended with code ${output.code}: ${text}`,
  );
}

/** Like {@linkcode runProgram}, for programs that print text. */
export async function runForText(
  program: string,
  args: readonly string[],
  options: RunProgramOptions = {},
): Promise<string> {
  return new TextDecoder().decode(await runProgram(program, args, options));
}

/** A program and its arguments. */
export interface ProgramCall {
  readonly program: string;
  readonly args: readonly string[];
}

/** Runs `from` and `to` with the output of the one as input of the other; throws if one fails. */
export async function pipePrograms(from: ProgramCall, to: ProgramCall): Promise<void> {
  const source = new Deno.Command(from.program, {
    args: [...from.args],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const target = new Deno.Command(to.program, {
    args: [...to.args],
    stdin: "piped",
    stdout: "null",
  }).spawn();
  // When a program dies early the exit codes below say so, not the broken pipe.
  await source.stdout.pipeTo(target.stdin).catch(() => undefined);
  const [first, second] = await Promise.all([source.status, target.status]);
  if (first.success && second.success) return;
  throw new Error(
    `Cannot run "${from.program} ${from.args.join(" ")}" into "${to.program}": ` +
      `they ended with codes ${first.code} and ${second.code}`,
  );
}

async function feed(
  stdin: WritableStream<Uint8Array<ArrayBuffer>>,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  try {
    const writer = stdin.getWriter();
    await writer.write(bytes);
    await writer.close();
  } catch (error) {
    // The program went away before it had read everything: its exit code tells the rest.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
