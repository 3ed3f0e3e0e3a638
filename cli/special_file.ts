/**
 * Files of the kernel, such as `/sys/kernel/btf/vmlinux`. Deno opens what lies in /sys, /proc and /dev
 * only for a program that may do everything, whatever files it may read; an import of data is asked for
 * the permission to read and for nothing else. So narrow commands need neither all permissions nor a C
 * library for them.
 *
 * @module
 */
import { cannotRead, type InputFile, OBJECT_LIMIT, readInputFile } from "./input_file.ts";

/** What may be imported, where links lead: files with an end, unlike much in /dev and /proc. */
const FINITE = /"\/(?:sys\/kernel\/btf|proc\/(?:self|\d+)\/(?:root|cwd|fd|exe))(?:\/|")/;

/** True when Deno would open the file for a program with all permissions; it names the real one. */
function isSpecial(error: unknown): boolean {
  return error instanceof Deno.errors.NotCapable && error.message.includes("all access") &&
    FINITE.test(error.message);
}

function urlOf(name: string): string {
  const path = name.startsWith("/") ? name : `${Deno.cwd()}/${name}`;
  return `file://${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** Reads a file of the kernel. */
async function importFile(name: string): Promise<InputFile> {
  const url = urlOf(name);
  try {
    const { default: bytes } = await import(url, { with: { type: "bytes" } });
    return { name, bytes };
  } catch (error) {
    const said = String(error);
    const isDirectory = said.includes("ERR_UNSUPPORTED_DIR_IMPORT");
    if (isDirectory) throw cannotRead(name, new Deno.errors.IsADirectory("is a directory"));
    throw cannotRead(name, said.includes("not found") ? new Deno.errors.NotFound(name) : error);
  }
}

/**
 * Reads a file, of the kernel or another.
 *
 * @throws {BpfmanError} When it is not there or not readable.
 */
export async function readAnyFile(name: string, limit?: number): Promise<InputFile> {
  try {
    return readInputFile(name, limit);
  } catch (error) {
    if (!isSpecial(error)) throw error;
    return await importFile(name);
  }
}

/**
 * Reads the file of an object, which may be a kernel's.
 *
 * @throws {BpfmanError} When it is not there or not readable.
 */
export async function readAnyObject(name: string): Promise<InputFile> {
  return await readAnyFile(name, OBJECT_LIMIT);
}
