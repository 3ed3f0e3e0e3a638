/**
 * Programs that keep credentials: `docker-credential-NAME get`, the server's name on standard
 * input, JSON on standard output.
 *
 * @module
 */
import { readJson } from "../documents.ts";
import { imageError } from "../errors.ts";
import type { Credentials } from "../settings.ts";

const DEADLINE_MS = 60_000;
/** What helpers say when they know of nothing. */
const UNKNOWN = /credentials not found|no credentials|not logged in/i;

async function run(program: string, server: string): Promise<Deno.CommandOutput> {
  const command = new Deno.Command(program, {
    args: ["get"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  const child = command.spawn();
  const output = child.output();
  const writer = child.stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(server));
    await writer.close();
  } catch {
    // it has ended without reading; its output says why
  }
  return await output;
}

/**
 * Asks a helper.
 *
 * @param name Its name behind `docker-credential-`.
 * @param server The registry.
 * @returns Undefined when it knows of no credentials.
 * @throws {BpfmanError} When it cannot be started or fails.
 */
export async function askHelper(name: string, server: string): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`;
  const fail = (why: string, cause?: unknown) =>
    imageError("credentials-helper", `Cannot ask "${program}" for credentials: ${why}`, {
      ...(cause === undefined ? {} : { cause }),
      ...(cause instanceof Deno.errors.NotCapable
        ? { hint: `Run deno with --allow-run=${program}` }
        : {}),
    });
  if (!/^[\w.-]+$/.test(name)) throw fail("its name is no name of a program");
  let output: Deno.CommandOutput;
  try {
    output = await run(program, server);
  } catch (cause) {
    throw fail(cause instanceof Deno.errors.NotFound ? "it does not exist" : "it fails", cause);
  }
  const said = new TextDecoder().decode(output.stdout);
  if (!output.success) {
    const words = `${said} ${new TextDecoder().decode(output.stderr)}`.trim();
    if (UNKNOWN.test(words)) return undefined;
    throw fail(words.split("\n", 1)[0]?.slice(0, 200) ?? "it fails");
  }
  const { Username, Secret } = readJson(output.stdout, `the answer of "${program}"`);
  if (typeof Username !== "string" || typeof Secret !== "string") {
    throw fail("its answer has no name and no secret");
  }
  return Username === "<token>"
    ? { identityToken: Secret }
    : { username: Username, password: Secret };
}
