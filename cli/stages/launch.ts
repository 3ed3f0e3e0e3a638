/**
 * The first stage: opens what cannot be opened from inside the jail, starts the front, and turns
 * into the loader.
 *
 * @module
 */
import { Layout } from "../../core/layout.ts";
import { preparePlaces } from "../../core/places.ts";
import type { StoreState } from "../../core/store/state.ts";
import { auditDirectory } from "../audit_place.ts";
import { BUILDER } from "../build_info.ts";
import { PROGRAMS } from "../commands/load.ts";
import { wishText } from "../declared/wish.ts";
import { PhaseClock } from "../phase_clock.ts";
import { sourcesOf, stageArguments, type StageCommand } from "./arguments.ts";
import { objectOf, openObject } from "./brought_object.ts";
import { namedBinaries } from "./named_binaries.ts";
import type { ProgramSpec, StageCalls } from "./calls.ts";
import {
  CAPABILITIES_VARIABLE,
  denoDirectory,
  type Environment,
  environmentOf,
  FRONT_VARIABLE,
  homeInFiles,
  LANDLOCK_VARIABLE,
  LOADER_VARIABLE,
  OBJECT_VARIABLE,
  PHASES_VARIABLE,
} from "./environment.ts";
import { declaredPlaces, jailSpecFor, type LoaderSpec } from "./jail_spec.ts";
import { hasModuleTarget, isPerfRestricted } from "./kernel_questions.ts";
import { jailFailed } from "./jail_failed.ts";
import { makeDirectory } from "./make_directory.ts";
import { neededPaths } from "./needed_paths.ts";
import { ownEnvironment } from "./own_environment.ts";
import { checkReach } from "./reach.ts";
import { readyModules } from "./ready_modules.ts";
import { rememberedIn } from "./remembered.ts";
import type { LaunchRequest } from "./stage.ts";

/** Nobody but us writes. */
const FILE_MASK = 0o022;
/** Number of the pipe in both processes. */
const PIPE = 3;

/** The process that launches. */
export interface Launcher {
  readonly calls: StageCalls;
  readonly executable: string;
  readonly mainModule: string;
  readonly args: readonly string[];
  readonly pid: number;
  env(name: string): string | undefined;
  /** Reads every module of both processes once; false when one could not be read. */
  readModules(): Promise<boolean>;
}

/** The front, once it runs. */
interface Front {
  readonly pid: number;
  /** End of the pipe that its answer comes out of. */
  readonly pipe: number;
}

class Launch {
  readonly #launcher: Launcher;
  readonly #request: LaunchRequest;
  readonly #environment: Environment;
  readonly #clock = new PhaseClock();
  #binaries: readonly string[] = [];
  #hasModuleTarget = false;
  #objectPath: string | undefined;
  /** Where generations are kept, which the loader writes to. */
  #written: readonly string[] = [];

  constructor(launcher: Launcher, request: LaunchRequest) {
    this.#launcher = launcher;
    this.#request = request;
    this.#environment = ownEnvironment(launcher.calls, launcher.env);
    this.#clock.note("arguments");
  }

  /** Makes sure, while this process can look everywhere, that the others can read what they need. */
  checkReach(): void {
    // who is not root reads as before
    if (this.#launcher.calls.openKernel().host.uid !== 0) return;
    const { executable, mainModule } = this.#launcher;
    const denoFiles = denoDirectory(this.#environment);
    const own = { executable, sources: sourcesOf(mainModule), denoDirectory: denoFiles };
    checkReach(neededPaths(own, this.#request));
  }

  #program(stage: StageCommand["stage"], more: Environment): ProgramSpec {
    const { executable, mainModule, args } = this.#launcher;
    return {
      path: executable,
      args: stageArguments({
        ...{ stage, request: this.#request, mainModule, args },
        written: stage === "loader" ? this.#written : [],
      }),
      env: environmentOf(stage, this.#environment, more),
    };
  }

  /**
   * Standard input of the next process: what a command about applications wants. Each gets its own,
   * as the place up to which was read belongs to the file.
   */
  #standardInput(steps: DisposableStack): [number, number][] {
    const { wish } = this.#request;
    if (wish === undefined) return [];
    return [[0, steps.use(this.#launcher.calls.holdText(wishText(wish))).raw]];
  }

  /**
   * Opens the object file; gives its descriptor, undefined for images and for applications, null
   * without an object.
   */
  openObject(steps: DisposableStack): number | undefined | null {
    const { wish } = this.#request;
    if (wish !== undefined) return wish.applications.length > 0 ? undefined : null;
    const object = objectOf(this.#request);
    if (object === null || object.path === undefined) return object === null ? null : undefined;
    const { raw } = steps.use(openObject(this.#launcher.calls, object.path));
    this.#objectPath = this.#realPath(raw, object.path);
    return raw;
  }

  /** Path of what was opened, as the kernel knows it; a pipe has none but its name. */
  #realPath(fd: number, path: string): string {
    const { files } = this.#launcher.calls.openKernel();
    const real = files.readLink(`/proc/self/fd/${fd}`) ?? path;
    return real.startsWith("/") ? real : path;
  }

  /** Variable that tells both processes which file was opened. */
  #opened(): Environment {
    return this.#objectPath === undefined ? {} : { [OBJECT_VARIABLE]: this.#objectPath };
  }

  /** Starts the front; gives the end of the pipe that its answer comes out of. */
  startFront(object: number | undefined, spec: LoaderSpec, steps: DisposableStack): Front {
    const { calls, pid } = this.#launcher;
    const { readEnd, writeEnd } = calls.openPipe();
    steps.use(readEnd);
    using _ = writeEnd;
    const fds = new Map([[PIPE, writeEnd.raw], ...this.#standardInput(steps)]);
    if (object !== undefined) fds.set(0, object);
    // from here on nothing that this thread starts can gain a privilege
    calls.setNoNewPrivileges();
    // nor change a file that matters; a command about other processes can have no Landlock
    if (!spec.mayLookIntoProcesses) calls.confineFront([...this.#frontPlaces(), ...spec.writable]);
    const program = this.#program("front", { [LOADER_VARIABLE]: String(pid), ...this.#opened() });
    const front = { pid: calls.spawnWithoutPrivileges(program, fds), pipe: readEnd.raw };
    this.#clock.note("front started");
    return front;
  }

  /** Where the front keeps images; it may not make the way to it. */
  #frontPlaces(): string[] {
    const { dataDirectory } = this.#request;
    if (dataDirectory === undefined) return [];
    makeDirectory(dataDirectory, 0o755);
    return [dataDirectory];
  }

  /** Makes directories and mounts, which the jail does not allow; gives what is remembered. */
  async preparePlaces(): Promise<StoreState | null> {
    const { command, settings } = this.#request;
    const kernel = this.#launcher.calls.openKernel();
    const layout = new Layout(settings.runtimeDirectory);
    await preparePlaces({ kernel, layout, now: () => new Date() }, {
      lockTimeoutMs: settings.lockTimeoutMs,
      mayMake: command.brings !== undefined && command.id !== "replace-program" ||
        (this.#request.wish?.applications ?? []).length > 0,
      wantsTracefs: () =>
        jailSpecFor(this.#specRequest(rememberedIn(layout, kernel.files)))
          .mayOpenPerfEvents,
    });
    makeDirectory(auditDirectory(settings), 0o700);
    const state = rememberedIn(layout, kernel.files);
    this.#binaries = await this.#findBinaries();
    this.#makeDeclaredPlaces(state);
    this.#hasModuleTarget = hasModuleTarget(kernel.files, [
      ...this.#request.input.all(PROGRAMS),
      ...(this.#request.wish?.applications ?? []).flatMap(({ desired }) => desired.programs),
    ]);
    this.#clock.note("places");
    return state;
  }

  /** Where generations are kept; the jail allows no new directory beside them. */
  #makeDeclaredPlaces(state: StoreState | null): void {
    this.#written = declaredPlaces({ ...this.#request, state });
    for (const path of this.#written) makeDirectory(path, 0o755);
  }

  /** Where Deno keeps modules. */
  #denoDirectory(): string | undefined {
    const { files } = this.#launcher.calls.openKernel();
    return denoDirectory(this.#environment, () => {
      const passwd = "/etc/passwd";
      if (!files.exists(passwd)) return undefined;
      return homeInFiles(files.readText("/proc/thread-self/status"), files.readText(passwd));
    });
  }

  /** Makes sure that the loader finds its modules. */
  async readyModules(): Promise<void> {
    // a program of one file has them all
    if (BUILDER !== "source") return;
    const { mainModule, calls, readModules } = this.#launcher;
    const { files } = calls.openKernel();
    await readyModules({
      mainModule,
      sources: sourcesOf(mainModule),
      denoDirectory: this.#denoDirectory(),
      readText: (path) => files.exists(path) ? files.readText(path) : undefined,
      readModules,
    });
    this.#clock.note("modules");
  }

  /**
   * Looks the binary of a probe up, with all privileges: it may be in a container, of which the loader
   * shall see nothing else.
   */
  async #findBinaries(): Promise<string[]> {
    const named = namedBinaries(this.#request);
    if (named.length === 0) return [];
    const path = "./find_binary.ts";
    const { findBinaryFiles }: typeof import("./find_binary.ts") = await import(path);
    return named.flatMap((one) => findBinaryFiles(this.#launcher.calls.openKernel(), one));
  }

  #specRequest(state: StoreState | null) {
    const { calls, executable, mainModule } = this.#launcher;
    const { runtimeDirectory } = this.#request.settings;
    const { files } = calls.openKernel();
    const sources = sourcesOf(mainModule);
    const denoFiles = this.#denoDirectory();
    return {
      ...this.#request,
      state,
      binaries: this.#binaries,
      isPerfRestricted: isPerfRestricted(files),
      hasModuleTarget: this.#hasModuleTarget,
      hasSharedMaps: files.list(new Layout(runtimeDirectory).sharedMaps).length > 0,
      startPaths: [
        ...calls.systemReadable,
        executable,
        ...(sources === undefined ? [] : [sources]),
        ...(denoFiles === undefined ? [] : [denoFiles]),
      ],
    };
  }

  /** What the loader may do. */
  specFor(state: StoreState | null): LoaderSpec {
    return jailSpecFor(this.#specRequest(state));
  }

  /** Turns into the loader. */
  becomeLoader(spec: LoaderSpec, front: Front | null, steps: DisposableStack): never {
    const program = this.#program("loader", {
      [CAPABILITIES_VARIABLE]: spec.capabilities.join(),
      ...(spec.mayLookIntoProcesses ? { [LANDLOCK_VARIABLE]: "none" } : {}),
      ...this.#opened(),
      [PHASES_VARIABLE]: JSON.stringify(this.#clock.phases),
      ...(front === null ? {} : { [FRONT_VARIABLE]: String(front.pid) }),
    });
    this.#launcher.calls.leavePathlessDirectory();
    const input = this.#standardInput(steps);
    const fds = new Map(front === null ? input : [[PIPE, front.pipe], ...input]);
    return this.#launcher.calls.execJailed(spec, program, fds);
  }
}

/** Makes ready, starts the front where the command has one, and turns into the loader. */
export async function launch(launcher: Launcher, request: LaunchRequest): Promise<never> {
  // a jail lets no mode be changed, so files have to come into being with the right one
  launcher.calls.setFileMask(FILE_MASK);
  using steps = new DisposableStack();
  const work = new Launch(launcher, request);
  const object = work.openObject(steps);
  work.checkReach();
  await work.readyModules();
  const spec = work.specFor(await work.preparePlaces());
  const front = object === null ? null : work.startFront(object, spec, steps);
  try {
    return work.becomeLoader(spec, front, steps);
  } catch (cause) {
    // one of us tells what is wrong, and that is this process
    if (front !== null) launcher.calls.endProcess(front.pid);
    throw jailFailed(cause);
  }
}
