/**
 * Looks words up on this machine. Everything is read, nothing is opened for writing, no lock is
 * taken; what may not be read throws, and whoever asked leaves it out.
 *
 * @module
 */
import { DEFAULT_RUNTIME_DIRECTORY } from "../../core/layout.ts";
import { APPLICATION_KEY } from "../../core/types.ts";
import { importLater } from "../commands/run_later.ts";
import type { Host, Machine } from "../context.ts";
import { dataDirectory } from "../data_directory.ts";
import { ParsedInput } from "../parsed_input.ts";
import type { Candidate, Clues, Sources } from "./types.ts";

/** Most functions of the kernel that are offered; a longer prefix finds the others. */
const MOST_FUNCTIONS = 200;
const TRACEFS = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"] as const;
const NAMESPACES = "/run/netns";
const CGROUPS = "/sys/fs/cgroup";

type Files = Machine["files"];

function runtimeDirectory(clues: Clues, host: Host): string {
  const [given = host.env("BPFMAN_RUNTIME_DIR")] = clues.given("runtime-dir");
  return given === undefined || given === "" ? DEFAULT_RUNTIME_DIRECTORY : given;
}

function dataDirectoryOf(clues: Clues, host: Host): string {
  return dataDirectory(host, new ParsedInput(new Map([["data-dir", clues.given("data-dir")]])));
}

async function rows(clues: Clues, host: Host) {
  const [{ readSnapshot }, { Layout }] = await Promise.all([
    importLater<typeof import("../../core/store/snapshot.ts")>("../../core/store/snapshot.ts"),
    importLater<typeof import("../../core/layout.ts")>("../../core/layout.ts"),
  ]);
  return readSnapshot(new Layout(runtimeDirectory(clues, host)).snapshot);
}

async function programs(clues: Clues, host: Host): Promise<Candidate[]> {
  const state = await rows(clues, host);
  return [...state.programs.values()].toSorted((a, b) => a.programId - b.programId)
    .map(({ programId, type, name }) => ({ word: `${programId}`, text: `${type} ${name}` }));
}

async function links(clues: Clues, host: Host): Promise<Candidate[]> {
  const [state, { describePlace }] = await Promise.all([
    rows(clues, host),
    importLater<typeof import("../../core/link/driver.ts")>("../../core/link/driver.ts"),
  ]);
  return [...state.links.values()].toSorted((a, b) => a.id - b.id)
    .map(({ id, programId, details }) => {
      const name = state.programs.get(programId)?.name ?? `program ${programId}`;
      return { word: `${id}`, text: `${name}, ${details.kind} ${describePlace(details)}` };
    });
}

function generationFiles(): Promise<typeof import("../../core/declared/generations.ts")> {
  return importLater("../../core/declared/generations.ts");
}

/** Applications that were declared, and those that programs were loaded for by hand. */
async function applications(clues: Clues, host: Host): Promise<Candidate[]> {
  const { applicationNames } = await generationFiles();
  const declared = applicationNames(dataDirectoryOf(clues, host));
  const loaded = await rows(clues, host).then(
    ({ programs }) => [...programs.values()].map(({ metadata }) => metadata[APPLICATION_KEY] ?? ""),
    () => [],
  );
  return [...new Set([...declared, ...loaded])].filter((name) => name !== "")
    .map((word) => ({ word }));
}

async function generations(clues: Clues, host: Host): Promise<Candidate[]> {
  const [name] = clues.given("APPLICATION");
  if (name === undefined) return [];
  const { readGenerations } = await generationFiles();
  return readGenerations(dataDirectoryOf(clues, host), name)
    .map(({ number, createdAt, createdBy }) => ({
      word: `${number}`,
      text: `${createdAt} by ${createdBy}`,
    }));
}

async function images(clues: Clues, host: Host): Promise<Candidate[]> {
  const [{ ImageStore }, { entryName }] = await Promise.all([
    importLater<typeof import("../../core/image/store/store.ts")>(
      "../../core/image/store/store.ts",
    ),
    importLater<typeof import("../../core/image/layout/layout.ts")>(
      "../../core/image/layout/layout.ts",
    ),
  ]);
  const store = new ImageStore(`${dataDirectoryOf(clues, host)}/images`);
  return store.entries().flatMap((entry) => entryName(entry) ?? []).toSorted()
    .map((word) => ({ word }));
}

async function kernels(clues: Clues, host: Host): Promise<Candidate[]> {
  const { KernelStore } = await importLater<typeof import("../../core/facts/store.ts")>(
    "../../core/facts/store.ts",
  );
  const store = new KernelStore(`${dataDirectoryOf(clues, host)}/kernels`);
  return store.names().map((word) => ({ word }));
}

/** The object that the line names: the first of what may name one. */
async function objectOf(clues: Clues) {
  const names = ["path", "PATH", "FILE|IMAGE", "with"].flatMap((name) => clues.given(name));
  const [path] = names;
  // a pipe may never end, and what is read from it here would be missing later
  if (path === undefined || !(await Deno.stat(path)).isFile) return undefined;
  const [{ readObjectFile }, { readObject }] = await Promise.all([
    importLater<typeof import("../input_file.ts")>("../input_file.ts"),
    importLater<typeof import("../../bytecode-tools/object/object.ts")>(
      "../../bytecode-tools/object/object.ts",
    ),
  ]);
  return readObject(readObjectFile(path).bytes);
}

async function objectPrograms(clues: Clues): Promise<Candidate[]> {
  return (await objectOf(clues))?.programs
    .map(({ name, section }) => ({ word: name, text: section })) ?? [];
}

async function programSpecs(clues: Clues): Promise<Candidate[]> {
  const found = await objectOf(clues);
  if (found === undefined) {
    const { PROGRAM_TYPES } = await importLater<typeof import("../../core/types.ts")>(
      "../../core/types.ts",
    );
    return PROGRAM_TYPES.map((type) => ({ word: `${type}:` }));
  }
  const { programSpec } = await importLater<typeof import("../../core/program/specs.ts")>(
    "../../core/program/specs.ts",
  );
  // what the section leaves open is typed on: without the word in capitals
  return found.programs.map((program) => ({
    word: programSpec(program).replace(/:FUNCTION$/, ":"),
    text: program.section,
  }));
}

async function globals(clues: Clues): Promise<Candidate[]> {
  const found = await objectOf(clues);
  const set = new Set(clues.given("global").map((pair) => pair.split("=", 1)[0]));
  return found?.globals.filter(({ name }) => !set.has(name))
    .map(({ name, size, section }) => ({
      word: `${name}=`,
      text: `${size} ${size === 1 ? "byte" : "bytes"} in ${section}`,
    })) ?? [];
}

function tracepointsIn(files: Files): string[] {
  const folder = TRACEFS.find((one) => files.exists(`${one}/available_events`));
  if (folder === undefined) return [];
  return files.readText(`${folder}/available_events`).split("\n").filter((line) => line !== "")
    .map((line) => line.replace(":", "/"));
}

/** Tracepoints: the groups first, those of a group once it is typed. */
function tracepoints(files: Files, { prefix }: Clues): Candidate[] {
  const all = tracepointsIn(files);
  const end = prefix.indexOf("/");
  if (end !== -1) return all.map((word) => ({ word }));
  const groups = [...new Set(all.map((name) => name.slice(0, name.indexOf("/") + 1)))];
  return groups.map((word) => ({ word }));
}

function rawTracepoints(files: Files): Candidate[] {
  return tracepointsIn(files).filter((name) => !name.startsWith("syscalls/"))
    .map((name) => ({ word: name.slice(name.indexOf("/") + 1), text: name }));
}

/** Names of the functions that probes can sit on; what ftrace does not tell, the symbols do. */
function functionNames(files: Files): string {
  const folder = TRACEFS.find((one) => files.exists(`${one}/available_filter_functions`));
  try {
    if (folder !== undefined) return files.readText(`${folder}/available_filter_functions`);
  } catch {
    // a locked-down kernel refuses to list them
  }
  return files.readText("/proc/kallsyms").replaceAll(/^[0-9a-f]+ (?:[tTwW] |. .*\n?)/gm, "");
}

/** Functions of the kernel; some tens of thousands, so only those with the prefix. */
function functions(files: Files, { prefix, given }: Clues): Candidate[] {
  // those of programs and libraries are in their files, and a list of all helps nobody
  if (given("target").length > 0 || prefix === "") return [];
  const found = new Set<string>();
  for (const line of functionNames(files).split("\n")) {
    if (!line.startsWith(prefix)) continue;
    found.add(line.split(/\s/, 1)[0] ?? "");
    if (found.size >= MOST_FUNCTIONS) break;
  }
  return [...found].map((word) => ({ word }));
}

function interfaces(files: Files, { given }: Clues): Candidate[] {
  // another namespace has other interfaces, and looking takes privileges
  if (given("netns").length > 0) return [];
  return files.readText("/proc/thread-self/net/dev").split("\n").slice(2)
    .map((line) => line.slice(0, line.indexOf(":")).trim()).filter((name) => name !== "")
    .sort().map((word) => ({ word }));
}

function namespaces(files: Files): Candidate[] {
  return files.list(NAMESPACES).map((name) => ({ word: `${NAMESPACES}/${name}` }));
}

/** Cgroups one level at a time, as names below the root of them or as paths. */
function cgroups(files: Files, { prefix }: Clues): Candidate[] {
  const parent = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const folder = parent.startsWith("/") ? parent : `${CGROUPS}/${parent}`;
  return files.list(folder).filter((name) => files.exists(`${folder}${name}/cgroup.procs`))
    .map((name) => ({ word: `${parent}${name}` }));
}

function processes(files: Files): Candidate[] {
  return files.list("/proc").filter((name) => /^\d+$/.test(name)).flatMap((word) => {
    try {
      return [{ word, text: files.readText(`/proc/${word}/comm`).trim() }];
    } catch {
      // it ended meanwhile
      return [];
    }
  });
}

/**
 * What words are looked up in on this machine.
 *
 * @param host The outside world; its kernel is opened when a question needs it.
 */
export function openSources(host: Host): Sources {
  const onMachine = (look: (files: Files, clues: Clues) => Candidate[]) => async (clues: Clues) =>
    look((await host.openKernel()).files, clues);
  return {
    applications: (clues) => applications(clues, host),
    cgroups: onMachine(cgroups),
    // these follow from the line alone
    commands: () => [],
    functions: onMachine(functions),
    generations: (clues) => generations(clues, host),
    globals,
    images: (clues) => images(clues, host),
    interfaces: onMachine(interfaces),
    kernels: (clues) => kernels(clues, host),
    links: (clues) => links(clues, host),
    namespaces: onMachine(namespaces),
    objectPrograms,
    processes: onMachine(processes),
    programs: (clues) => programs(clues, host),
    programSpecs,
    rawTracepoints: onMachine(rawTracepoints),
    tracepoints: onMachine(tracepoints),
  };
}
