/**
 * What the units are made for.
 *
 * @module
 */
import { Layout } from "../layout.ts";

/** Where administrators keep units. */
export const DEFAULT_UNIT_DIRECTORY = "/etc/systemd/system";

/** The program and its places, all absolute. */
export interface UnitSettings {
  /** Program and arguments up to the command's own words. */
  readonly program: readonly string[];
  readonly runtimeDirectory: string;
  readonly dataDirectory: string;
  /** Directory of the audit log. */
  readonly auditDirectory: string;
  /** Configuration file, where one was named. */
  readonly config?: string;
  /** Where Deno keeps modules; undefined when nobody knows it. */
  readonly denoDirectory?: string;
  /** Files and folders that the program consists of. */
  readonly programPaths: readonly string[];
}

/** Where the bpffs is. */
export function bpffsOf({ runtimeDirectory }: UnitSettings): string {
  return new Layout(runtimeDirectory).bpffs;
}

/** Options that make a command find the same places. */
export function placeOptions({ runtimeDirectory, config }: UnitSettings): string[] {
  return [
    ...["--runtime-dir", runtimeDirectory],
    ...(config === undefined ? [] : ["--config", config]),
  ];
}

/** What must be mounted before the program can start. */
export function neededMounts(settings: UnitSettings): string[] {
  const { programPaths, denoDirectory, config } = settings;
  return [
    ...new Set([
      ...programPaths,
      ...(denoDirectory === undefined ? [] : [denoDirectory]),
      ...(config === undefined ? [] : [config]),
    ]),
  ];
}
