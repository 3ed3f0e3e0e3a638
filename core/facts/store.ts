/**
 * Profiles of kernels in a directory: a folder for each, laid out for quick checks. The BTF is a
 * file of its own, and lists that few checks ask for are read when they do.
 *
 * @module
 */
import type {
  HostRecord,
  KernelProfile,
  ProfileModule,
} from "../../bytecode-tools/kernel/profile.ts";
import { inDataDirectory } from "../data_error.ts";
import { BpfmanError, ErrorKind } from "../errors.ts";
import { isTaken } from "../files/if_there.ts";
import { writeAll } from "../files/write.ts";
import { nearest } from "../suggest.ts";

/** Version of the layout. */
const VERSION = 1;
const NAME = /^[A-Za-z0-9][\w.+~-]{0,127}$/;

/** What `facts.json` holds. */
interface Facts {
  readonly version: number;
  readonly name: string;
  readonly release: string;
  readonly securityModules: readonly string[] | null;
  /** Sizes of the modules' BTF, in the order of `modules.btf`; null when unknown. */
  readonly modules: readonly { readonly name: string; readonly size: number }[] | null;
  readonly hasMoreModules: boolean;
  /** Absent where the kernel was never asked. */
  readonly host?: HostRecord;
}

/** A stored kernel. */
export interface StoredKernel {
  readonly name: string;
  readonly release: string;
  /** Number of modules with BTF; null when unknown. */
  readonly modules: number | null;
  readonly hasConfig: boolean;
  readonly hasSymbols: boolean;
  /** Bytes on the disk. */
  readonly size: number;
}

function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new BpfmanError(
    `Cannot use "${name}" as the name of a kernel: letters, digits and ".+~_-" are allowed`,
    { code: "kernel-name", kind: ErrorKind.USAGE },
  );
}

/** Names of a file with one on each line, read at the first question. */
class LazyNames {
  readonly #path: string;
  #names: ReadonlySet<string> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** The names; undefined when there is no file. */
  get(): ReadonlySet<string> | undefined {
    if (this.#names === undefined && isTaken(this.#path)) {
      this.#names = new Set(Deno.readTextFileSync(this.#path).split("\n"));
    }
    return this.#names;
  }
}

/** Reads a whole file of megabytes; Deno.readFileSync takes twice the time for it. */
function readWhole(path: string): Uint8Array<ArrayBuffer> {
  using file = Deno.openSync(path);
  const bytes = new Uint8Array(file.statSync().size);
  for (let done = 0; done < bytes.length;) {
    const count = file.readSync(bytes.subarray(done));
    if (count === null) return bytes.subarray(0, done);
    done += count;
  }
  return bytes;
}

function modulesFrom(folder: string, facts: Facts): ProfileModule[] | undefined {
  if (facts.modules === null) return undefined;
  if (facts.modules.length === 0) return [];
  const bytes = readWhole(`${folder}/modules.btf`);
  let at = 0;
  return facts.modules.map(({ name, size }) => ({ name, btf: bytes.subarray(at, at += size) }));
}

/** Profiles in a directory. */
export class KernelStore {
  readonly #directory: string;

  /** @param directory Where the folders are; it is made by the first save. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  #folder(name: string): string {
    checkName(name);
    return `${this.#directory}/${name}`;
  }

  #facts(name: string): Facts {
    let facts: Partial<Facts> | null = null;
    try {
      facts = JSON.parse(Deno.readTextFileSync(`${this.#folder(name)}/facts.json`));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    if (facts?.version === VERSION) return facts as Facts;
    const version = facts?.version;
    const why = version === undefined
      ? "its facts are damaged"
      : `its facts have version ${version}, not ${VERSION}`;
    throw new BpfmanError(
      `Cannot read kernel "${name}": ${why}`,
      { code: "kernel-version", hint: "Take or add it again with this version of bpfman" },
    );
  }

  /** Names of the stored kernels, sorted. */
  names(): string[] {
    return inDataDirectory(this.#directory, () => {
      if (!isTaken(this.#directory)) return [];
      return [...Deno.readDirSync(this.#directory)]
        .filter(({ name, isDirectory }) => isDirectory && NAME.test(name))
        .map(({ name }) => name).sort();
    });
  }

  /** The stored kernels. */
  list(): StoredKernel[] {
    return inDataDirectory(this.#directory, () => this.#list());
  }

  #list(): StoredKernel[] {
    return this.names().map((name) => {
      const folder = this.#folder(name);
      const { release, modules } = this.#facts(name);
      const files = [...Deno.readDirSync(folder)].map((entry) => entry.name);
      return {
        name,
        release,
        modules: modules?.length ?? null,
        hasConfig: files.includes("config"),
        hasSymbols: files.includes("symbols"),
        size: files.reduce((sum, file) => sum + Deno.statSync(`${folder}/${file}`).size, 0),
      };
    });
  }

  /**
   * A stored profile.
   *
   * @throws {BpfmanError} When there is none of that name.
   */
  load(name: string): KernelProfile {
    return inDataDirectory(this.#directory, () => this.#load(name));
  }

  #load(name: string): KernelProfile {
    const folder = this.#folder(name);
    // asking for each file would cost an error, with its stack, for each that is not there
    const files = isTaken(folder) ? [...Deno.readDirSync(folder)].map((entry) => entry.name) : [];
    if (!files.includes("facts.json")) throw this.#notFound(name);
    const facts = this.#facts(name);
    const symbols = new LazyNames(`${folder}/symbols`);
    const tracepoints = new LazyNames(`${folder}/tracepoints`);
    return {
      name: facts.name,
      release: facts.release,
      btf: readWhole(`${folder}/vmlinux.btf`),
      modules: modulesFrom(folder, facts),
      ...(facts.hasMoreModules && { hasMoreModules: true }),
      config: files.includes("config") ? Deno.readTextFileSync(`${folder}/config`) : undefined,
      get symbols(): ReadonlySet<string> | undefined {
        return symbols.get();
      },
      get tracepoints(): ReadonlySet<string> | undefined {
        return tracepoints.get();
      },
      securityModules: facts.securityModules ?? undefined,
      ...(facts.host !== undefined && { host: facts.host }),
    };
  }

  #notFound(name: string): BpfmanError {
    const names = this.names();
    const [near] = nearest(name, names);
    const known = names.length === 0 ? "none is stored" : `stored are ${names.join(", ")}`;
    const advice = 'Add it with "kernel add" or "kernel snapshot"';
    return new BpfmanError(`Kernel "${name}" is not known: ${known}`, {
      code: "kernel-not-found",
      kind: ErrorKind.NOT_FOUND,
      hint: near === undefined ? advice : `Did you mean "${near}"?`,
    });
  }

  /** Stores a profile under its name, in place of an earlier one. */
  save(profile: KernelProfile): void {
    inDataDirectory(this.#directory, () => this.#save(profile));
  }

  #save(profile: KernelProfile): void {
    const folder = this.#folder(profile.name);
    Deno.mkdirSync(this.#directory, { recursive: true });
    // a dot in front: no name of a kernel, so a killed save is never listed
    const building = `${this.#directory}/.${crypto.randomUUID()}`;
    try {
      Deno.mkdirSync(building);
      writeProfile(building, profile);
      if (isTaken(folder)) Deno.removeSync(folder, { recursive: true });
      Deno.renameSync(building, folder);
    } finally {
      if (isTaken(building)) Deno.removeSync(building, { recursive: true });
    }
  }
}

function writeProfile(folder: string, profile: KernelProfile): void {
  const { name, release, btf, modules, config, symbols, tracepoints, securityModules } = profile;
  const facts: Facts = {
    version: VERSION,
    name,
    release,
    securityModules: securityModules ?? null,
    modules: modules?.map((module) => ({ name: module.name, size: module.btf.length })) ?? null,
    hasMoreModules: profile.hasMoreModules ?? false,
    ...(profile.host !== undefined && { host: profile.host }),
  };
  Deno.writeFileSync(`${folder}/vmlinux.btf`, btf);
  if (modules !== undefined) {
    using file = Deno.openSync(`${folder}/modules.btf`, { write: true, createNew: true });
    for (const module of modules) writeAll(file, module.btf);
  }
  const texts = {
    config,
    symbols: symbols && [...symbols].join("\n"),
    tracepoints: tracepoints && [...tracepoints].join("\n"),
  };
  for (const [file, text] of Object.entries(texts)) {
    if (text !== undefined) Deno.writeTextFileSync(`${folder}/${file}`, text);
  }
  Deno.writeTextFileSync(`${folder}/facts.json`, `${JSON.stringify(facts)}\n`);
}
