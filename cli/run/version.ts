/**
 * `version`.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import { toJsonText } from "../output/format.ts";
import { VERSION } from "../version_number.ts";

/** Versions of what lies below, for a bug report. */
async function below(context: CommandContext): Promise<Record<string, string | null>> {
  const { host } = await context.kernel();
  return { ...host.libraries(), kernel: host.release };
}

/** Shows versions. */
export async function run(context: CommandContext): Promise<void> {
  const versions: Record<string, string | null> = {
    version: VERSION,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    typescript: Deno.version.typescript,
    target: Deno.build.target,
    ...(context.settings.isVerbose ? await below(context) : {}),
  };
  if (context.format === "json") return context.terminal.out(toJsonText(versions));
  const { version, ...others } = versions;
  const width = Math.max(...Object.keys(others).map((name) => name.length));
  const lines = Object.entries(others).map(([name, value]) =>
    `  ${name.padEnd(width)}  ${value ?? "not installed"}\n`
  );
  context.terminal.out(`bpfman ${version}\n${lines.join("")}`);
}
