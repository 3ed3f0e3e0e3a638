/**
 * What the two processes of a command read: their program, and what the arguments name.
 *
 * @module
 */
import { KEYS, TRUSTED_ROOT } from "../commands/signature_options.ts";
import { FILE_BUNDLE, POLICY } from "../commands/trust_options.ts";
import type { NeededPath } from "./reach.ts";
import type { LaunchRequest } from "./stage.ts";

/** The program itself. */
export interface ProgramPlaces {
  readonly executable: string;
  readonly sources: string | undefined;
  readonly denoDirectory: string | undefined;
}

/** Path of a layout by the name of its image; undefined for a registry. */
export function layoutPath(name: string): string | undefined {
  const rest = /^oci(?:-archive)?:(.+)$/.exec(name)?.[1];
  return rest?.replace(/@sha256:[0-9a-f]*$/, "").replace(/:[^/:]*$/, "");
}

/** Everything that must be open to processes without capabilities. */
export function neededPaths(
  { executable, sources, denoDirectory }: ProgramPlaces,
  { command, input, settings, wish }: LaunchRequest,
): NeededPath[] {
  const own = [["Deno", executable], ["the program", sources], ["Deno's cache", denoDirectory]];
  const { brings } = command;
  const layout = brings === undefined ? undefined : layoutPath(input.must(brings.argument));
  const { policy } = settings;
  const named = [
    ["the configuration", settings.config],
    ...input.all(KEYS).map((path) => ["the key", path]),
    ["the trusted root", input.one(TRUSTED_ROOT)],
    ["the policy", input.one(POLICY) ?? (policy?.kind === "file" ? policy.path : undefined)],
    ["the bundle", input.one(FILE_BUNDLE)],
    ["the layout", layout],
  ];
  const wanted = (wish?.applications ?? []).map(({ desired: { bytecode }, former }) => {
    if (bytecode.kind === "image") return ["the layout", layoutPath(bytecode.url)];
    // of a generation the copy is read that was kept
    return ["the object", former === null ? bytecode.path : undefined];
  });
  return [...own, ...named, ...wanted].flatMap(([what, path]) =>
    what === undefined || path === undefined ? [] : [{ what, path }]
  );
}
