/**
 * The scripts that complete command lines in shells.
 *
 * @module
 */
import { BASH_SCRIPT } from "./scripts/bash.ts";
import { FISH_SCRIPT } from "./scripts/fish.ts";
import { ZSH_SCRIPT } from "./scripts/zsh.ts";
import type { Shell } from "./types.ts";

const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: BASH_SCRIPT,
  zsh: ZSH_SCRIPT,
  fish: FISH_SCRIPT,
};

/** The script of a shell. What it offers is asked of the tool at each TAB. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
