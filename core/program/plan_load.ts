/**
 * The part of a load that needs no kernel: what the object offers against what was asked for.
 *
 * @module
 */
// file by file: whatever else the tools can do would make every command slower
import { BytecodeError } from "../../bytecode-tools/errors.ts";
import {
  type BytecodeObject,
  isGplCompatible,
  readObject,
} from "../../bytecode-tools/object/object.ts";
import type { GlobalPatch } from "../../ffi/mod.ts";
import { afterColon, BpfmanError, ErrorKind, usageError } from "../errors.ts";
import { nearest } from "../suggest.ts";
import type { LoadRequest, ProgramRequest } from "../types.ts";
import { readObjectFile } from "./object_file.ts";
import { familyOfSection, PROGRAM_KINDS, SOCK_ADDR_HOOKS, sockAddrHook } from "./kinds.ts";

/** A load that can be tried. */
export interface LoadPlan {
  readonly bytes: Uint8Array;
  /** `sha256:…` of the bytes. */
  readonly digest: string;
  readonly programs: readonly ProgramRequest[];
  /** Programs that the object has, named or not. */
  readonly programCount: number;
  readonly patches: readonly GlobalPatch[];
  /** Globals that are set, with their bytes. */
  readonly globals: Readonly<Record<string, Uint8Array>>;
  readonly license: string;
  readonly gplCompatible: boolean;
}

/** What messages call the object: the path of its file, or the name of its image. */
export function nameOfObject(request: LoadRequest): string {
  return request.image === undefined ? request.path : request.image.reference;
}

/** The object; one out of an image is compared with its digest once more, where it is used. */
async function readBytes(request: LoadRequest): Promise<Uint8Array> {
  if (request.image === undefined) return request.bytes ?? readObjectFile(request.path);
  const { reference, bytes, objectDigest } = request.image;
  if (await digestOf(bytes) === objectDigest) return bytes;
  throw new BpfmanError(`Cannot load "${reference}": its object is not what the digest says`, {
    code: "image-digest-mismatch",
    kind: ErrorKind.NETWORK,
  });
}

function parse(path: string, bytes: Uint8Array): BytecodeObject {
  try {
    return readObject(bytes);
  } catch (cause) {
    if (!(cause instanceof BytecodeError)) throw cause;
    throw new BpfmanError(`Cannot load "${path}": ${afterColon(cause.message)}`, {
      code: `object-${cause.code}`,
      hint: "Compile it with: clang -O2 -g -target bpf -c program.bpf.c -o program.bpf.o",
    });
  }
}

/** The call that a cgroup_sock_addr program sees: as asked for, else as its section says. */
function withHook(wanted: ProgramRequest, section: string): ProgramRequest {
  const hook = wanted.attachFunction ?? sockAddrHook(section);
  if (hook !== null && Object.hasOwn(SOCK_ADDR_HOOKS, hook)) {
    return { ...wanted, attachFunction: hook };
  }
  throw usageError(
    hook === null
      ? `Program "${wanted.name}" needs the call that it sees: its section "${section}" names none`
      : `Program "${wanted.name}" cannot see "${hook}": there is no such call`,
    `Write --programs cgroup_sock_addr:${wanted.name}:CALL with one of ` +
      Object.keys(SOCK_ADDR_HOOKS).join(", "),
  );
}

function checkProgram(
  object: BytecodeObject,
  wanted: ProgramRequest,
  path: string,
): ProgramRequest {
  const found = object.programs.find((program) => program.name === wanted.name);
  const names = object.programs.map((program) => program.name);
  if (found === undefined) {
    const [near] = nearest(wanted.name, names);
    throw new BpfmanError(
      `Program(s) not found in object file "${path}": [${wanted.name}]; available programs: ` +
        `[${names.join(" ")}]`,
      {
        code: "program-name-unknown",
        kind: ErrorKind.NOT_FOUND,
        ...(near === undefined ? {} : { hint: `Did you mean "${near}"?` }),
      },
    );
  }
  const family = familyOfSection(found.section);
  if (family !== null && family !== PROGRAM_KINDS[wanted.type].family) {
    throw new BpfmanError(
      `Cannot load program "${wanted.name}" as ${wanted.type}: program type mismatch, ` +
        `its section is "${found.section}"`,
      { code: "program-type-mismatch", hint: `Try --programs ${family}:${wanted.name}` },
    );
  }
  if (PROGRAM_KINDS[wanted.type].hasTarget && wanted.attachFunction === undefined) {
    throw usageError(
      `Program "${wanted.name}" of type ${wanted.type} needs the function to attach to`,
      `Write --programs ${wanted.type}:${wanted.name}:FUNCTION`,
    );
  }
  return wanted.type === "cgroup_sock_addr" ? withHook(wanted, found.section) : wanted;
}

/**
 * New values of global variables; the reader of types is read for those who set some, so it is named
 * by a value (see cli/main.ts).
 */
async function readNewGlobals(request: LoadRequest, bytes: Uint8Array, object: BytecodeObject) {
  const values = request.globals ?? {};
  if (Object.keys(values).length === 0) return { patches: [], bytes: {} };
  const path = "./globals.ts";
  const { planGlobals }: typeof import("./globals.ts") = await import(path);
  return planGlobals({ bytes, globals: object.globals }, values);
}

async function digestOf(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return `sha256:${new Uint8Array(hash).toHex()}`;
}

/**
 * Checks a request against its object file.
 *
 * @param request What was asked for.
 * @returns Everything that the kernel part needs.
 * @throws {BpfmanError} For a file that is not usable, or names that are not in it.
 */
export async function planLoad(request: LoadRequest): Promise<LoadPlan> {
  if (request.programs.length === 0) {
    throw usageError("No program is named", "Give --programs TYPE:NAME");
  }
  const name = nameOfObject(request);
  const bytes = await readBytes(request);
  const object = parse(name, bytes);
  const programs = request.programs.map((wanted) => checkProgram(object, wanted, name));
  if (object.endianness !== "little") {
    throw new BpfmanError(
      `Cannot load "${name}": it is big-endian, this machine is little-endian`,
      { code: "object-endianness", hint: "Compile it with -target bpfel" },
    );
  }
  const globals = await readNewGlobals(request, bytes, object);
  return {
    bytes,
    digest: await digestOf(bytes),
    programs,
    programCount: object.programs.length,
    patches: globals.patches,
    globals: globals.bytes,
    license: object.license,
    gplCompatible: isGplCompatible(object.license),
  };
}
