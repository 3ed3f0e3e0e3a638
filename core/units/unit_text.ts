/**
 * Unit files as text, from lines that say why they are there.
 *
 * @module
 */

/** First line of each of our units: what has it not is somebody else's. */
export const UNIT_MARK = "# Made by bpfman install-unit, which writes it anew: change a drop-in.";

/** One setting, with the reason for it. */
export interface UnitSetting {
  readonly key: string;
  readonly value: string;
  /** What a reader is told above it; left out where the setting says it all. */
  readonly why?: string;
}

/** One section. */
export interface UnitSection {
  readonly name: "Unit" | "Service" | "Mount" | "Timer" | "Install";
  readonly settings: readonly UnitSetting[];
}

/** One unit file. */
export interface UnitFile {
  /** File name, such as `bpfman-restore.service`. */
  readonly name: string;
  readonly text: string;
  /** Targets that want it once it is enabled. */
  readonly wantedBy: readonly string[];
}

/** A setting. */
export function setting(key: string, value: string, why?: string): UnitSetting {
  return why === undefined ? { key, value } : { key, value, why };
}

function sectionLines({ name, settings }: UnitSection): string[] {
  const lines = settings.flatMap(({ key, value, why }) => [
    ...(why === undefined ? [] : why.split("\n").map((line) => `# ${line}`)),
    `${key}=${value}`,
  ]);
  return ["", `[${name}]`, ...lines];
}

/** Makes a unit file. */
export function unitFile(
  name: string,
  sections: readonly UnitSection[],
  wantedBy?: string,
): UnitFile {
  const install: UnitSection[] = wantedBy === undefined
    ? []
    : [{ name: "Install", settings: [setting("WantedBy", wantedBy)] }];
  return {
    name,
    text: `${[UNIT_MARK, ...[...sections, ...install].flatMap(sectionLines)].join("\n")}\n`,
    wantedBy: wantedBy === undefined ? [] : [wantedBy],
  };
}

/** True for the text of a unit of ours. */
export function isOurUnit(text: string): boolean {
  return text.startsWith(`${UNIT_MARK}\n`);
}
