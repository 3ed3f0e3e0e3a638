/**
 * Units of systemd as text.
 *
 * @module
 */
import type { UnitFile } from "../../core/units/unit_text.ts";

/** Makes systemd read its units anew. */
export const RELOAD_UNITS: readonly string[] = ["systemctl daemon-reload"];

/** A file that would be written. */
interface PlannedFile {
  readonly path: string;
  readonly text: string;
}

/** All files with their places. */
export function unitsText(files: readonly PlannedFile[]): string {
  return files.map(({ path, text }) => `# ${path}\n${text}`).join("\n");
}

/** What became of each file, and what is left for the user to do. */
export function changesText(
  changes: readonly { readonly path: string; readonly state: string }[],
  commands: readonly string[],
): string {
  const lines = changes.map(({ path, state }) => `${state}: ${path}`);
  const next = commands.length === 0 ? [] : ["next:", ...commands.map((line) => `  ${line}`)];
  return [...lines, ...next].map((line) => `${line}\n`).join("");
}

/** Commands of systemctl that put new units to use. */
export function commandsAfterInstall(units: readonly UnitFile[], isEnabled: boolean): string[] {
  const wanted = units.filter(({ wantedBy }) => wantedBy.length > 0).map(({ name }) => name);
  const timers = wanted.filter((name) => name.endsWith(".timer"));
  const enable = isEnabled
    ? [`systemctl start ${timers.join(" ")}`]
    : [`systemctl enable ${wanted.join(" ")}`, `systemctl start ${timers.join(" ")}`];
  return [...RELOAD_UNITS, ...enable];
}
