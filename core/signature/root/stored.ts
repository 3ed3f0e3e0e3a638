/**
 * The trusted root that an update brought: sigstore's file as it is, and beside it when and whence it
 * came.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { BpfmanError, ErrorKind } from "../../errors.ts";
import { isObject } from "../../image/documents.ts";
import { replaceFile } from "../../files/write.ts";

/** A root of an update. */
export interface StoredRoot {
  /** Content of `trusted_root.json`. */
  readonly text: string;
  /** When the update was. */
  readonly updatedAt: Date;
  /** Where it came from; null when that is not known any more. */
  readonly mirror: string | null;
}

/** Path of the root below the directory of an update. */
export function rootPath(directory: string): string {
  return `${directory}/trusted_root.json`;
}

function aboutPath(directory: string): string {
  return `${directory}/trusted_root.about.json`;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    throw new BpfmanError(`Cannot read the trusted root "${path}": it is not readable`, {
      code: "trusted-root-invalid",
      kind: ErrorKind.POLICY,
      hint: 'Make it readable, or bring a new one with "bpfman trust update"',
      cause,
    });
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : {};
  } catch {
    return {};
  }
}

/**
 * Reads the root of the last update.
 *
 * @param directory Where updates are kept.
 * @returns The root; undefined when there was no update.
 */
export function readStoredRoot(directory: string): StoredRoot | undefined {
  const text = readText(rootPath(directory));
  if (text === undefined) return undefined;
  const about = parse(readText(aboutPath(directory)) ?? "{}");
  const { sha256, updated_at: updatedAt, mirror } = about;
  const time = typeof updatedAt === "string" ? Date.parse(updatedAt) : NaN;
  if (sha256 === digest(text) && !Number.isNaN(time)) {
    return { text, updatedAt: new Date(time), mirror: typeof mirror === "string" ? mirror : null };
  }
  // an update was killed between its two files: the root itself is whole, and verified before
  const { mtime } = Deno.statSync(rootPath(directory));
  return { text, updatedAt: mtime ?? new Date(0), mirror: null };
}

/** Writes the root of an update. */
export function writeStoredRoot(directory: string, { text, updatedAt, mirror }: StoredRoot): void {
  const about = { updated_at: updatedAt.toISOString(), mirror, sha256: digest(text) };
  const encoder = new TextEncoder();
  replaceFile(rootPath(directory), encoder.encode(text), { mode: 0o644 });
  replaceFile(aboutPath(directory), encoder.encode(`${JSON.stringify(about, null, 2)}\n`), {
    mode: 0o644,
  });
}
