/**
 * Makes the Debian package. Equal sources, program and date give equal bytes.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Target } from "../compile/elf.ts";
import { compile, parseOptions } from "../compile/main.ts";
import {
  ARCHITECTURES,
  changelogText,
  conffilesText,
  controlText,
  MAINTAINER_SCRIPTS,
} from "./deb_control.ts";
import { dependsOf } from "./depends.ts";
import { checkTarget, libraryNeeds } from "./elf_needs.ts";
import { partsOf, VERSION } from "./parts.ts";
import { placesOf } from "./places.ts";
import { packed, planFiles, type PlannedFile } from "./plan.ts";
import { plannedBytes } from "./tree.ts";

const ROOT = decodeURIComponent(new URL("../../../", import.meta.url).pathname);

/** What is packaged, and how. */
export interface DebOptions {
  readonly target: Target;
  /** A program that is compiled already; compiled anew without one. */
  readonly program?: string;
  /** Packs quickly and not small. */
  readonly isFast: boolean;
  /** Folder of the package. */
  readonly out: string;
  /** Seconds since 1970 that all files carry. */
  readonly epoch: number;
}

/** All files of the package with their bytes read, `DEBIAN/` among them. */
async function contents(files: readonly PlannedFile[], options: DebOptions) {
  const bytes = new Map<string, { bytes: Uint8Array<ArrayBuffer>; mode: number }>();
  for (const file of files) {
    bytes.set(file.path, { bytes: await plannedBytes(file), mode: file.mode });
  }
  const size = [...bytes.values()].reduce((sum, { bytes: { length } }) => sum + length, 0);
  const program = bytes.get("/usr/bin/bpfman")?.bytes ?? new Uint8Array();
  checkTarget(program, options.target);
  const needs = libraryNeeds(program);
  const texts: Record<string, string> = {
    control: controlText({
      version: VERSION,
      target: options.target,
      depends: dependsOf(needs),
      size,
    }),
    conffiles: conffilesText(files),
    md5sums: sums(bytes, files),
  };
  for (const [name, text] of Object.entries(texts)) {
    bytes.set(`/DEBIAN/${name}`, { bytes: new TextEncoder().encode(text), mode: 0o644 });
  }
  for (const [name, text] of Object.entries(MAINTAINER_SCRIPTS)) {
    bytes.set(`/DEBIAN/${name}`, { bytes: new TextEncoder().encode(text), mode: 0o755 });
  }
  return bytes;
}

/** The file `md5sums`, by which `dpkg --verify` judges. */
function sums(
  bytes: ReadonlyMap<string, { bytes: Uint8Array<ArrayBuffer> }>,
  files: readonly PlannedFile[],
): string {
  return files.filter(({ kind }) => kind === "file").map(({ path }) => {
    const content = bytes.get(path)?.bytes ?? new Uint8Array();
    return `${createHash("md5").update(content).digest("hex")}  ${path.slice(1)}\n`;
  }).join("");
}

/** Writes the files into a folder, all with the same date. */
async function stage(
  folder: string,
  all: ReadonlyMap<string, { bytes: Uint8Array<ArrayBuffer>; mode: number }>,
  epoch: number,
): Promise<void> {
  const folders = new Set<string>([folder]);
  for (const [path, { bytes, mode }] of all) {
    const words = path.split("/").slice(1, -1);
    words.forEach((_, n) => folders.add(`${folder}/${words.slice(0, n + 1).join("/")}`));
    const above = path.slice(0, path.lastIndexOf("/"));
    await Deno.mkdir(`${folder}${above}`, { recursive: true, mode: 0o755 });
    await Deno.writeFile(`${folder}${path}`, bytes);
    await Deno.chmod(`${folder}${path}`, mode);
    await Deno.utime(`${folder}${path}`, epoch, epoch);
  }
  for (const path of folders) {
    await Deno.chmod(path, 0o755);
    await Deno.utime(path, epoch, epoch);
  }
}

async function run(program: string, args: readonly string[], epoch: number): Promise<void> {
  const child = new Deno.Command(program, {
    args: [...args],
    env: { SOURCE_DATE_EPOCH: String(epoch), LC_ALL: "C" },
    stdout: "null",
    stderr: "piped",
  });
  const { success, stderr } = await child.output();
  if (success) return;
  throw new Error(`Cannot make the package: ${new TextDecoder().decode(stderr).trim()}`);
}

/** The files of the package. */
export function debFiles(program: string, epoch: number): PlannedFile[] {
  const places = placesOf("/usr");
  const parts = partsOf({ program, installedProgram: `${places.programs}/bpfman` });
  const changelog: PlannedFile = {
    path: `${places.documents}/changelog.gz`,
    mode: 0o644,
    kind: "file",
    content: { bytes: packed(changelogText(VERSION, epoch)) },
  };
  return [...planFiles(parts, places), changelog].sort((a, b) => a.path < b.path ? -1 : 1);
}

/** Makes the package; gives its path. */
export async function makeDeb(options: DebOptions): Promise<string> {
  const { target, isFast, out, epoch } = options;
  const compiled = parseOptions(["--target", target]);
  if (options.program === undefined) await compile(compiled);
  const files = debFiles(options.program ?? compiled.out, epoch);
  const folder = await Deno.makeTempDir({ prefix: "bpfman-deb-" });
  try {
    await stage(folder, await contents(files, options), epoch);
    await Deno.mkdir(out, { recursive: true });
    const path = `${out}/bpfman_${VERSION}_${ARCHITECTURES[target]}.deb`;
    const packing = isFast ? ["-Zzstd", "-z1"] : ["-Zxz"];
    // never over a whole one with half of one
    await run("dpkg-deb", ["--root-owner-group", ...packing, "-b", folder, `${path}.part`], epoch);
    await Deno.rename(`${path}.part`, path);
    return path;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Date of what is packaged: $SOURCE_DATE_EPOCH, else that of the last change of the sources. */
export async function readEpoch(): Promise<number> {
  const text = Deno.env.get("SOURCE_DATE_EPOCH") ?? "";
  if (/^\d{1,12}$/.test(text)) return Number(text);
  if (text !== "") throw new TypeError(`Cannot read $SOURCE_DATE_EPOCH "${text}"`);
  const child = new Deno.Command("git", {
    args: ["-C", ROOT, "log", "-1", "--format=%ct"],
    stderr: "null",
  });
  // sources without their history have no date of their own
  const { success, stdout } = await child.output();
  return success ? Number(new TextDecoder().decode(stdout)) : 0;
}
