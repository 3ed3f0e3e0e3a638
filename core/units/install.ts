/**
 * Writes units, and takes them away. Units of others are never touched.
 *
 * @module
 */
import { BpfmanError } from "../errors.ts";
import { entriesIn, ifThere, removeIfThere } from "../files/if_there.ts";
import { replaceFile } from "../files/write.ts";
import { mountUnit, restoreUnit } from "./restore_unit.ts";
import type { UnitSettings } from "./settings.ts";
import { statusTimer, statusUnit } from "./status_unit.ts";
import { isOurUnit, type UnitFile } from "./unit_text.ts";

/** What became of one file. */
export interface UnitChange {
  readonly path: string;
  readonly state: "written" | "unchanged" | "linked" | "removed";
}

/** How units are written. */
export interface InstallOptions {
  readonly directory: string;
  /** Also makes the links that `systemctl enable` would make. @default false */
  readonly isEnabled?: boolean;
}

/** All units for a machine. */
export function unitsFor(settings: UnitSettings): UnitFile[] {
  return [mountUnit(settings), restoreUnit(settings), statusUnit(settings), statusTimer()];
}

function refuse(path: string, why: string, hint: string): BpfmanError {
  return new BpfmanError(`Cannot write unit "${path}": ${why}`, { code: "unit-foreign", hint });
}

/** Text of a file; undefined when there is none. */
function textOf(path: string): string | undefined {
  return ifThere(() => {
    if (Deno.lstatSync(path).isSymlink) {
      throw refuse(path, "it is a link", "A masked unit is one; unmask or remove it first");
    }
    return Deno.readTextFileSync(path);
  });
}

function ownText(path: string): string | undefined {
  const text = textOf(path);
  if (text === undefined || isOurUnit(text)) return text;
  throw refuse(path, "somebody else's unit has that name", "Move it away, or choose another --dir");
}

/** Puts a whole file in its place, so that systemd never reads half of it. */
function writeUnit(path: string, text: string): void {
  try {
    replaceFile(path, new TextEncoder().encode(text), { mode: 0o644, isSynced: true });
  } catch (cause) {
    throw new BpfmanError(`Cannot write unit "${path}"`, {
      code: "unit-unwritable",
      hint: "Run as root, with a directory that exists and is writable, or choose another --dir",
      cause,
    });
  }
}

/** Makes the links of `systemctl enable`. */
function enable({ name, wantedBy }: UnitFile, directory: string): UnitChange[] {
  return wantedBy.map((target) => {
    const path = `${directory}/${target}.wants/${name}`;
    const wanted = `${directory}/${name}`;
    if (ifThere(() => Deno.readLinkSync(path)) === wanted) return { path, state: "unchanged" };
    Deno.mkdirSync(`${directory}/${target}.wants`, { recursive: true, mode: 0o755 });
    removeIfThere(path);
    Deno.symlinkSync(wanted, path);
    return { path, state: "linked" };
  });
}

/**
 * Writes units. Those that are as they should be stay untouched.
 *
 * @param units The units.
 * @param options Where, and whether they are enabled.
 * @throws {BpfmanError} `unit-foreign` before anything is written, `unit-unwritable`.
 */
export function installUnits(units: readonly UnitFile[], options: InstallOptions): UnitChange[] {
  const { directory, isEnabled = false } = options;
  // all are looked at before the first is written
  const known = units.map((unit) => [unit, ownText(`${directory}/${unit.name}`)] as const);
  return known.flatMap(([unit, text]) => {
    const path = `${directory}/${unit.name}`;
    if (text !== unit.text) writeUnit(path, unit.text);
    const state = text === unit.text ? "unchanged" as const : "written" as const;
    return [{ path, state }, ...(isEnabled ? enable(unit, directory) : [])];
  });
}

function entriesOf(directory: string): Deno.DirEntry[] {
  return entriesIn(directory).sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Links of `systemctl enable` to some units. */
function linksTo(names: ReadonlySet<string>, directory: string): string[] {
  return entriesOf(directory).filter(({ name, isDirectory }) =>
    isDirectory && name.endsWith(".wants")
  ).flatMap(({ name: folder }) =>
    entriesOf(`${directory}/${folder}`)
      .filter(({ name, isSymlink }) => isSymlink && names.has(name))
      .map(({ name }) => `${directory}/${folder}/${name}`)
  );
}

/** Paths of our units in a directory and of the links to them, links first. */
export function findUnits(directory: string): string[] {
  const ours = entriesOf(directory).filter(({ name, isFile }) =>
    isFile && /\.(service|timer|mount)$/.test(name) &&
    isOurUnit(Deno.readTextFileSync(`${directory}/${name}`))
  ).map(({ name }) => name);
  return [...linksTo(new Set(ours), directory), ...ours.map((name) => `${directory}/${name}`)];
}

/** Removes our units and the links to them. */
export function removeUnits(directory: string): UnitChange[] {
  return findUnits(directory).map((path) => {
    removeIfThere(path);
    return { path, state: "removed" };
  });
}
