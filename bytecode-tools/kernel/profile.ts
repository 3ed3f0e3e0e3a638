/**
 * Kernel profiles: all that is known of a kernel on which objects are to load. A profile holds at
 * least the kernel's BTF; what else is missing makes answers depend on it.
 *
 * @module
 */
import { BytecodeError } from "../errors.ts";
import { type HostRecord, hostRecordFrom } from "./host_record.ts";

export type { HostRecord, ProgramTypeRecord } from "./host_record.ts";

/** BTF of a kernel module. */
export interface ProfileModule {
  /** Name of the module, such as `veth`. */
  readonly name: string;
  /** Split BTF that continues the kernel's. */
  readonly btf: Uint8Array;
}

/** What is known of a kernel. */
export interface KernelProfile {
  /** What reports call it, such as `6.12.57-amd64`. */
  readonly name: string;
  /** As `uname -r` prints it; empty when unknown. */
  readonly release: string;
  /** BTF of the kernel. */
  readonly btf: Uint8Array;
  /** Undefined when unknown; empty when there are none. */
  readonly modules: readonly ProfileModule[] | undefined;
  /** True when the kernel has more modules than those; what they hold is then open. */
  readonly hasMoreModules?: boolean;
  /** Text of the configuration, undefined when unknown. */
  readonly config: string | undefined;
  /** Names in kallsyms or System.map, undefined when unknown. */
  readonly symbols: ReadonlySet<string> | undefined;
  /** `group/name` of the tracepoints, undefined when unknown. */
  readonly tracepoints: ReadonlySet<string> | undefined;
  /** Active security modules in their order, undefined when unknown. */
  readonly securityModules: readonly string[] | undefined;
  /** What the kernel answered while it ran, when it was asked. */
  readonly host?: HostRecord;
}

/** What a profile is made of; everything but the BTF may be missing. */
export interface ProfileSources {
  /** BTF of the kernel. */
  readonly btf: Uint8Array;
  /** As `uname -r` prints it. @default unknown */
  readonly release?: string;
  /** What reports call the kernel. @default the release */
  readonly name?: string;
  /** BTF of the modules. @default unknown */
  readonly modules?: readonly ProfileModule[];
  /** Text of `/boot/config-*` or of the unpacked `/proc/config.gz`. */
  readonly config?: string;
  /** Text of `/proc/kallsyms` or `System.map`. */
  readonly symbols?: string;
  /** Text of `available_events` in tracefs: lines of `group:name`. */
  readonly tracepoints?: string;
  /** Text of `/sys/kernel/security/lsm`. */
  readonly securityModules?: string;
}

/** Names in lines of `address type name`, with a module in brackets behind it or not. */
export function symbolNames(text: string): Set<string> {
  const names = new Set<string>();
  for (const line of text.split("\n")) {
    const name = /^[0-9a-fA-F]+ \S (\S+)/.exec(line)?.[1];
    if (name !== undefined) names.add(name);
  }
  return names;
}

/** `group/name` from lines of `group:name`. */
export function tracepointNames(text: string): Set<string> {
  const lines = text.split("\n").map((line) => line.trim());
  return new Set(lines.filter((line) => line.includes(":")).map((line) => line.replace(":", "/")));
}

/**
 * Makes a profile of texts and BTF, as the running kernel or a package offers them.
 *
 * @param sources What is there.
 */
export function makeProfile(sources: ProfileSources): KernelProfile {
  const { btf, release = "", modules, config, symbols, tracepoints, securityModules } = sources;
  return {
    name: sources.name ?? (release || "kernel"),
    release,
    btf,
    modules,
    config,
    symbols: symbols === undefined ? undefined : symbolNames(symbols),
    tracepoints: tracepoints === undefined ? undefined : tracepointNames(tracepoints),
    securityModules: securityModules?.trim().split(",").filter((name) => name !== ""),
  };
}

const FORMAT = "bpfman-kernel-facts";
const FORMAT_VERSION = 1;
/** Largest unpacked file of facts. */
const MAX_FACTS = 256 * 1024 * 1024;

async function throughStream(
  bytes: Uint8Array,
  stream: GenericTransform,
): Promise<Uint8Array<ArrayBuffer>> {
  const source = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(stream);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of source) {
    size += part.length;
    if (size > MAX_FACTS) {
      throw new BytecodeError(
        "too-large",
        `Cannot read the facts: they have more than ${MAX_FACTS} bytes`,
      );
    }
    parts.push(part);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** What compression and decompression streams have in common. */
interface GenericTransform {
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<BufferSource>;
}

/**
 * Writes a profile as a file of facts: gzip-compressed JSON.
 *
 * @returns The file; equal bytes for equal profiles.
 */
export async function profileToFile(profile: KernelProfile): Promise<Uint8Array<ArrayBuffer>> {
  const { symbols, tracepoints, btf, modules, ...rest } = profile;
  const json = JSON.stringify({
    format: FORMAT,
    version: FORMAT_VERSION,
    ...rest,
    symbols: symbols && [...symbols].sort(),
    tracepoints: tracepoints && [...tracepoints].sort(),
    btf: btf.toBase64(),
    modules: modules?.map((module) => ({ name: module.name, btf: module.btf.toBase64() })),
  });
  return await throughStream(new TextEncoder().encode(json), new CompressionStream("gzip"));
}

type Json = Readonly<Record<string, unknown>>;

function wrong(what: string): never {
  throw new BytecodeError("malformed", `Cannot read the kernel facts: ${what}`);
}

function textAt(json: Json, name: string): string {
  const value = json[name];
  return typeof value === "string" ? value : wrong(`"${name}" is no text`);
}

function bytesAt(json: Json, name: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(textAt(json, name));
  } catch (error) {
    if (error instanceof SyntaxError) return wrong(`"${name}" is no base64`);
    throw error;
  }
}

function listAt(json: Json, name: string): readonly unknown[] | undefined {
  const value = json[name];
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value : wrong(`"${name}" is no list`);
}

function namesAt(json: Json, name: string): readonly string[] | undefined {
  const list = listAt(json, name);
  if (list === undefined) return undefined;
  return list.map((item) => typeof item === "string" ? item : wrong(`"${name}" holds no texts`));
}

function objectFrom(value: unknown, what: string): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  return wrong(`${what} is no object`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return wrong(`they are no JSON (${error.message})`);
    throw error;
  }
}

/**
 * Reads a file of facts.
 *
 * @param bytes The file, compressed or not.
 * @throws {BytecodeError} When it is none, or of a newer version.
 */
export async function profileFromFile(bytes: Uint8Array): Promise<KernelProfile> {
  const isCompressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  let plain = bytes;
  try {
    if (isCompressed) plain = await throughStream(bytes, new DecompressionStream("gzip"));
  } catch (error) {
    if (error instanceof TypeError) return wrong("their compression is damaged");
    throw error;
  }
  const json = objectFrom(parse(new TextDecoder().decode(plain)), "the file");
  if (json.format !== FORMAT) wrong(`the format is not "${FORMAT}"`);
  if (json.version !== FORMAT_VERSION) {
    wrong(`version ${json.version} is not known, only ${FORMAT_VERSION}`);
  }
  const symbols = namesAt(json, "symbols");
  const tracepoints = namesAt(json, "tracepoints");
  return {
    name: textAt(json, "name"),
    release: textAt(json, "release"),
    btf: bytesAt(json, "btf"),
    modules: listAt(json, "modules")?.map((item) => {
      const module = objectFrom(item, "a module");
      return { name: textAt(module, "name"), btf: bytesAt(module, "btf") };
    }),
    config: json.config === undefined ? undefined : textAt(json, "config"),
    symbols: symbols && new Set(symbols),
    tracepoints: tracepoints && new Set(tracepoints),
    securityModules: namesAt(json, "securityModules"),
    ...(json.hasMoreModules === true && { hasMoreModules: true }),
    ...(json.host !== undefined && { host: hostRecordFrom(json.host) }),
  };
}
