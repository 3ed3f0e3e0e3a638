/**
 * Makes sure that the loader finds its modules as Deno keeps them: fetched, and turned into
 * JavaScript. A mark beside Deno's own caches says for which modules that was done.
 *
 * @module
 */

/** Folders of the package that have modules of the loader. */
const FOLDERS = ["bytecode-tools", "cli", "core", "ffi"] as const;

/** Where modules and their marks are. */
export interface ModulePlaces {
  readonly mainModule: string;
  /** Directory of this package; undefined when its modules come from elsewhere. */
  readonly sources: string | undefined;
  /** Deno's directory; undefined when nobody knows it. */
  readonly denoDirectory: string | undefined;
  /** Content of a file, undefined when there is none. */
  readText(path: string): string | undefined;
  /** Reads every module of both processes once; false when one could not be read. */
  readModules(): Promise<boolean>;
}

/** Newest change of a folder or one below, in milliseconds, and how many there are. */
function newestBelow(folder: string): readonly [newest: number, count: number] {
  let [newest, count] = [Deno.statSync(folder).mtime?.getTime() ?? 0, 1];
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (!isDirectory) continue;
    const [time, more] = newestBelow(`${folder}/${name}`);
    [newest, count] = [Math.max(newest, time), count + more];
  }
  return [newest, count];
}

/**
 * Tells one state of the modules from the next: by the folders, as looking at each of the many files
 * would take longer than most commands. A file that was changed in its place is turned into
 * JavaScript by each loader anew, until another change is seen; that costs time and nothing else.
 * Modules of a host do not change under their names.
 */
function stateOf({ sources, mainModule }: ModulePlaces): string {
  const own = sources === undefined ? [] : FOLDERS.map((name) => newestBelow(`${sources}/${name}`));
  return [Deno.version.deno, sources ?? mainModule, ...own.flat()].join(" ");
}

function markOf({ mainModule, sources, denoDirectory }: ModulePlaces): string | undefined {
  if (denoDirectory === undefined) return undefined;
  const name = (sources ?? mainModule).replaceAll(/[^A-Za-z0-9]+/g, "_").slice(-200);
  return `${denoDirectory}/bpfman_ready_${name}`;
}

/**
 * Without a mark the modules are read each time, which takes a moment and harms nothing. So a
 * process with narrow permissions does not ask for more.
 */
function leaveMark(mark: string, state: string): void {
  if (Deno.permissions.querySync({ name: "write", path: mark }).state !== "granted") return;
  try {
    Deno.writeTextFileSync(mark, state);
  } catch {
    // Deno's directory is somebody else's
  }
}

/** Reads the loader's modules, unless that was done before. */
export async function readyModules(places: ModulePlaces): Promise<void> {
  const mark = markOf(places);
  const state = stateOf(places);
  if (mark !== undefined && places.readText(mark) === state) return;
  const isComplete = await places.readModules();
  if (mark !== undefined && isComplete) leaveMark(mark, state);
}
