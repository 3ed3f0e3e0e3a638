/**
 * What an installation consists of: each file with its place, mode and content. Pure: the installer
 * and the Debian package do what is written here, and `--dry-run` prints it.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import type { Shell } from "../../../cli/completion/types.ts";
import { RESTORE_SERVICE } from "../../../core/units/restore_unit.ts";
import { UNIT_MARK, type UnitFile } from "../../../core/units/unit_text.ts";
import type { Places } from "./places.ts";

/** Where the bytes of a file come from. */
export type Content = { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly copyOf: string };

/** One file of an installation. */
export interface PlannedFile {
  readonly path: string;
  readonly mode: number;
  /** A configuration belongs to the administrator once it is changed. */
  readonly kind: "file" | "configuration";
  readonly content: Content;
}

/** A text and the name of its file. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** The completions of one shell. */
export interface Completion {
  readonly shell: Shell;
  readonly text: string;
}

/** What goes into an installation, besides where it goes. */
export interface Parts {
  /** Path of the compiled program. */
  readonly program: string;
  readonly completions: readonly Completion[];
  /** Names such as `bpfman-load-file.1`. */
  readonly manuals: readonly NamedText[];
  readonly units: readonly UnitFile[];
  readonly configuration: readonly NamedText[];
  readonly documents: readonly NamedText[];
  /** Files for `examples/`, each a path and its mode. */
  readonly examples: readonly { readonly path: string; readonly mode: number }[];
}

/** First line of a unit that came with an installation. */
const INSTALLED_MARK = "# Came with bpfman, which writes it anew: change a drop-in.";

const encoder = new TextEncoder();

function file(path: string, content: Content, mode = 0o644): PlannedFile {
  return { path, mode, kind: "file", content };
}

function text(path: string, words: string): PlannedFile {
  return file(path, { bytes: encoder.encode(words) });
}

/** Packed so that the same text gives the same bytes. */
export function packed(words: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(encoder.encode(words), { level: 9 }));
}

function manual(folder: string, { name, text: words }: NamedText): PlannedFile {
  const section = /\.([1-9])$/.exec(name)?.[1];
  if (section === undefined) {
    throw new TypeError(`Cannot install manual "${name}": its name must end with its section`);
  }
  return file(`${folder}/man${section}/${name}.gz`, { bytes: packed(words) });
}

function unit(folder: string, { name, text: words }: UnitFile): PlannedFile {
  return text(`${folder}/${name}`, words.replace(UNIT_MARK, INSTALLED_MARK));
}

function completion(places: Places, { shell, text: words }: Completion): PlannedFile {
  const names = { bash: "bpfman", zsh: "_bpfman", fish: "bpfman.fish" } as const;
  return text(`${places[shell]}/${names[shell]}`, words);
}

/** Names of the units that make sense to enable. */
export const ENABLED_UNITS: readonly string[] = [RESTORE_SERVICE, "bpfman-status.timer"];

/** All files, sorted by path. */
export function planFiles(parts: Parts, places: Places): PlannedFile[] {
  const files: PlannedFile[] = [
    file(`${places.programs}/bpfman`, { copyOf: parts.program }, 0o755),
    ...parts.completions.map((entry) => completion(places, entry)),
    ...parts.manuals.map((page) => manual(places.manuals, page)),
    ...parts.units.map((entry) => unit(places.units, entry)),
    ...parts.documents.map(({ name, text: words }) => text(`${places.documents}/${name}`, words)),
    ...parts.examples.map(({ path, mode }) => {
      const name = path.slice(path.lastIndexOf("/") + 1);
      return file(`${places.documents}/examples/${name}`, { copyOf: path }, mode);
    }),
    ...parts.configuration.map(({ name, text: words }): PlannedFile => ({
      ...text(`${places.configuration}/${name}`, words),
      kind: "configuration",
    })),
  ];
  return files.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** The plan as lines: mode, kind, path. */
export function planText(files: readonly PlannedFile[]): string {
  return files.map(({ path, mode, kind, content }) => {
    const source = "copyOf" in content
      ? `copy of ${content.copyOf}`
      : `${content.bytes.length} bytes`;
    return `${mode.toString(8).padStart(4, "0")}  ${kind.padEnd(13)}  ${path}  (${source})\n`;
  }).join("");
}
