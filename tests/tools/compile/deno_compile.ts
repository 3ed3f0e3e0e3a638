/**
 * The builder `deno-compile`: Deno's own `deno compile` of the same bundle. It needs `denort`, a
 * runtime of Deno's without its tools, which is in no npm package: Deno fetches it.
 *
 * @module
 */
import { bundle } from "./bundle.ts";
import type { Target } from "./elf.ts";
import { permissionFlags } from "../../../cli/deno_permissions.ts";
import { PERMISSION_SETS } from "../../../cli/permissions.ts";
import { STAGE_SETS } from "../../../cli/stages/permission_sets.ts";
import { DEFAULT_RUNTIME_DIRECTORY } from "../../../core/layout.ts";
import { wholeSet } from "./flags.ts";
import { RUNTIME_VERSION } from "./runtime.ts";

/** Where a runtime for compiled files may be on this machine. */
export interface DenortPlaces {
  /** `DENORT_BIN`, when it is set. */
  readonly binary: string | undefined;
  /** Archive in Deno's directory. */
  readonly archive: string;
}

const triple = (target: Target) => `${target}-unknown-linux-gnu`;

/** Flags for everything that some command or stage needs: a compiled file takes none when it runs. */
export function compiledPermissions(): string[] {
  const sets = [...Object.values(PERMISSION_SETS), ...Object.values(STAGE_SETS)];
  return permissionFlags(wholeSet(sets), { runtimeDirectory: DEFAULT_RUNTIME_DIRECTORY });
}

/** Flags of `deno compile`; the last word is the bundle. */
export function compileArguments(target: Target, module: string, out: string): string[] {
  return [
    "compile",
    "--quiet",
    "--no-config",
    "--no-lock",
    "--no-check",
    "--no-remote",
    "--no-npm",
    "--no-prompt",
    "--unstable-kv",
    // files of the kernel are read as data that is imported
    "--unstable-raw-imports",
    ...compiledPermissions(),
    `--target=${triple(target)}`,
    `--output=${out}`,
    module,
  ];
}

/** Where Deno looks before it fetches. */
export function denortPlaces(
  target: Target,
  denoDirectory: string,
  binary: string | undefined,
): DenortPlaces {
  const name = `denort-${triple(target)}.zip`;
  return { binary, archive: `${denoDirectory}/dl/release/v${RUNTIME_VERSION}/${name}` };
}

/** What went wrong, and what to do about it. */
export function compileError(target: Target, places: DenortPlaces, said: string): Error {
  const { binary, archive } = places;
  const wanted = binary === undefined
    ? `Deno could not fetch "denort" ${RUNTIME_VERSION} for ${
      triple(target)
    }; set DENORT_BIN to it, ` +
      `put its archive at "${archive}"`
    : `DENORT_BIN is "${binary}"; set it to "denort" ${RUNTIME_VERSION} for ${triple(target)}`;
  const message = `Cannot compile with "deno-compile": ${wanted}, or use --builder single-file`;
  return new Error(message, { cause: new Error(said) });
}

/** What Deno said, without what only its developers can use. */
function reasonsIn(stderr: Uint8Array): string {
  return new TextDecoder().decode(stderr).replace(/\n*Stack backtrace:[\s\S]*$/, "").trim();
}

async function runDeno(args: readonly string[], directory: string): Promise<Deno.CommandOutput> {
  return await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: directory,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
}

async function placesFor(target: Target, directory: string): Promise<DenortPlaces> {
  const { stdout } = await runDeno(["info", "--json", "--no-config"], directory);
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout));
  return denortPlaces(target, denoDir, Deno.env.get("DENORT_BIN"));
}

/** What is compiled. */
export interface DenoCompileOptions {
  readonly target: Target;
  /** Absolute path of the file. */
  readonly out: string;
  /** The bundle; a test hands in its own. @default that of the tool */
  readonly text?: string;
}

/**
 * Compiles the tool.
 *
 * @returns Bytes of the bundle in the file.
 * @throws {Error} When `denort` cannot be had.
 */
export async function denoCompile({ target, out, text }: DenoCompileOptions): Promise<number> {
  const directory = await Deno.makeTempDir({ prefix: "bpfman-compile-" });
  try {
    const bundled = text ?? await bundle({ builder: "deno-compile" });
    // the name is what stack traces show
    await Deno.writeTextFile(`${directory}/bpfman.js`, bundled);
    const args = compileArguments(target, `${directory}/bpfman.js`, out);
    const { success, stderr } = await runDeno(args, directory);
    if (!success) {
      throw compileError(target, await placesFor(target, directory), reasonsIn(stderr));
    }
    return new TextEncoder().encode(bundled).length;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
