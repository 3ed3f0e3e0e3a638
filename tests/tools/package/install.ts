/**
 * `deno task install [--prefix /usr/local] [--root DIR] [--dry-run] [--program FILE]`: compiles the
 * program and installs it with everything that belongs to it.
 *
 * @module
 */
import { compile, parseOptions } from "../compile/main.ts";
import { type PlaceWords, readWords } from "./arguments.ts";
import { partsOf, VERSION } from "./parts.ts";
import { placesOf } from "./places.ts";
import { ENABLED_UNITS, planFiles, planText } from "./plan.ts";
import { type FileChange, putInto } from "./put.ts";
import { Tree } from "./tree.ts";

const DRY_RUN = "--dry-run";

/** Changes as lines, and what is left to be done by hand. */
export function changesText(changes: readonly FileChange[]): string {
  return changes.map(({ path, state }) => `${state}: ${path}\n`).join("");
}

const NEXT_STEPS = `next:
  systemctl daemon-reload
  systemctl enable ${ENABLED_UNITS.join(" ")}   # restores what was applied at each start
`;

async function programOf({ program }: PlaceWords, isDryRun: boolean): Promise<string> {
  if (program !== "") return program;
  const options = parseOptions([]);
  if (!isDryRun) await compile(options);
  return options.out;
}

/** Installs as the words say; gives the text to print. */
export async function install(args: readonly string[]): Promise<string> {
  const words = readWords(args, [DRY_RUN]);
  const { prefix, root, switches } = words;
  const isDryRun = switches.has(DRY_RUN);
  const places = placesOf(prefix);
  const program = await programOf(words, isDryRun);
  const parts = partsOf({ program, installedProgram: `${places.programs}/bpfman` });
  const files = planFiles(parts, places);
  if (isDryRun) return planText(files);
  // folders are for everybody to read, whatever the caller's mask is
  Deno.umask(0o022);
  const changes = await putInto(new Tree(root), files, { prefix, version: VERSION });
  return changesText(changes) + (root === "" ? NEXT_STEPS : "");
}

if (import.meta.main) {
  try {
    console.log((await install(Deno.args)).trimEnd());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
