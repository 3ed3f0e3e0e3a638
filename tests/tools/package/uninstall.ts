/**
 * `deno task uninstall [--prefix /usr/local] [--root DIR] [--purge]`: takes an installation away.
 * Programs in the kernel, state and data stay.
 *
 * @module
 */
import { readWords } from "./arguments.ts";
import { changesText } from "./install.ts";
import { placesOf } from "./places.ts";
import { takeAway } from "./take_away.ts";
import { Tree } from "./tree.ts";

const PURGE = "--purge";

/** Takes away as the words say; gives the text to print. */
export async function uninstall(args: readonly string[]): Promise<string> {
  const { prefix, root, switches } = readWords(args, [PURGE]);
  placesOf(prefix);
  const changes = await takeAway(new Tree(root), { prefix, isPurge: switches.has(PURGE) });
  if (changes.length === 0) return `nothing is installed below ${root}${prefix}\n`;
  const kept = changes.some(({ state }) => state === "kept")
    ? "What was changed since it was installed is kept, and is yours: remove it by hand\n"
    : "";
  const next = root === "" ? "next:\n  systemctl daemon-reload\n" : "";
  return changesText(changes) + kept + next;
}

if (import.meta.main) {
  try {
    console.log((await uninstall(Deno.args)).trimEnd());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
