/**
 * The command-line tool as a user starts it.
 *
 * @module
 */
import { withJson } from "./answers.ts";
import { IS_EMULATED } from "./emulated.ts";
import { runHere } from "./in_process.ts";
import { type ProgramResult, type RunOptions, runProgram } from "./must.ts";
import type { Workspace } from "./workspace.ts";

/** Root of the checkout, with a slash at its end. */
export const ROOT: string = new URL("../../", import.meta.url).pathname;

/**
 * A compiled file that takes the place of the sources wherever a test starts a process, such as
 * `BPFMAN_TEST_PROGRAM=dist/bpfman deno test -A tests/cli/stages_test.ts`.
 */
const COMPILED = Deno.env.get("BPFMAN_TEST_PROGRAM") || undefined;

/** What tests start: Deno, or a compiled file. */
export const PROGRAM: string = COMPILED === undefined
  ? Deno.execPath()
  : COMPILED.startsWith("/")
  ? COMPILED
  : `${Deno.cwd()}/${COMPILED}`;

/** Path of a fixture by its name. */
export function fixture(name: string): string {
  return `${ROOT}tests/fixtures/${name}.bpf.o`;
}

/** Where the tool runs. */
export type CliPlace = "process" | "here";

/**
 * A Deno process takes two to three seconds to start in software emulation. In the virtual machines
 * most commands therefore run inside the test's process; tests that are about processes say so.
 */
const DEFAULT_PLACE: CliPlace = IS_EMULATED ? "here" : "process";

/** The tool on one runtime directory. */
export class Cli {
  readonly #runtimeDirectory: string;
  readonly #place: CliPlace;
  readonly #program: string;

  constructor(workspace: Workspace, place: CliPlace = DEFAULT_PLACE, program: string = PROGRAM) {
    this.#runtimeDirectory = workspace.path;
    this.#place = place;
    this.#program = program;
  }

  /** Arguments of {@linkcode PROGRAM} for one command. */
  denoArguments(args: readonly string[]): string[] {
    const sources = this.#program === Deno.execPath() ? ["run", "-A", `${ROOT}mod.ts`] : [];
    return [...sources, ...args, "--runtime-dir", this.#runtimeDirectory];
  }

  /** Runs a command, whatever comes of it; JSON that it prints must be as published. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<ProgramResult> {
    if (this.#place === "here") return runHere([...args, "--runtime-dir", this.#runtimeDirectory]);
    const words = this.denoArguments(args);
    return withJson(args, await runProgram(this.#program, words, { cwd: ROOT, ...options }));
  }

  /** Runs a command that must succeed and prints nothing on standard error; returns its output. */
  async must(args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(args);
    if (code === 0 && stderr === "") return stdout;
    throw new Error(`Cannot run "${args.join(" ")}": exit code ${code}\n${stderr}`);
  }

  /** Runs a command that must succeed with `-o json`. */
  async json<T>(args: readonly string[]): Promise<T> {
    return JSON.parse(await this.must([...args, "-o", "json"]));
  }

  /** Loads programs of a fixture, such as `xdp:xdp_count`. */
  async load(name: string, programs: string, more: readonly string[] = []): Promise<LoadedJson[]> {
    const args = ["load", "file", fixture(name), "--programs", programs, ...more];
    return (await this.json<{ programs: LoadedJson[] }>(args)).programs;
  }

  /** Attaches a program. */
  attach(id: number, ...args: readonly string[]): Promise<LinkJson> {
    return this.json<LinkJson>(["attach", String(id), ...args]);
  }
}

/** What `load` and `get program` print, as far as tests read it. */
export interface LoadedJson {
  readonly record: {
    readonly program_id: number;
    readonly load: {
      readonly program_name: string;
      readonly program_type: string;
      readonly source_path: string;
    };
    readonly gpl_compatible: boolean;
    readonly license: string;
    readonly meta: { readonly metadata: Readonly<Record<string, string>> };
  };
  readonly status: {
    readonly kernel: KernelProgramJson | null;
    readonly stats: { readonly runtime: number; readonly run_count: number } | null;
    readonly prog_pin: string;
    readonly map_dir: string;
    readonly links: readonly LinkRecordJson[];
    readonly maps: readonly {
      readonly id: number;
      readonly name: string;
      readonly map_type: string;
      readonly key_size: number;
      readonly value_size: number;
      readonly max_entries: number;
      readonly flags: number;
      readonly memlock: number;
      readonly frozen: boolean;
      readonly pin_path: string;
      readonly present: boolean;
    }[];
  };
}

/** The kernel's side of a program. */
export interface KernelProgramJson {
  readonly id: number;
  readonly name: string;
  readonly program_type: string;
  readonly tag: string;
  readonly loaded_at: string;
  readonly uid: number;
  readonly btf_id: number;
  readonly map_ids: readonly number[];
  readonly jited_size: number;
  readonly xlated_size: number;
  readonly memlock: number;
}

/** A link's row. */
export interface LinkRecordJson {
  readonly id: number;
  readonly program_id: number;
  readonly kernel_link_id: number | null;
  readonly kind: string;
  readonly pin_path: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly created_at: string;
  readonly metadata: Readonly<Record<string, string>> | null;
}

/** What `attach` and `get link` print. */
export interface LinkJson {
  readonly record: LinkRecordJson;
  readonly status: {
    readonly kernel: { readonly id: number; readonly program_id: number } | null;
    readonly kernel_seen: boolean;
    readonly pin_present: boolean;
    readonly problem: string | null;
  };
}

/** A row of `list programs`. */
export interface ProgramRowJson {
  readonly program_id: number;
  readonly managed: boolean;
  readonly application: string;
  readonly type: string;
  readonly function_name: string;
  readonly links: readonly number[];
}

/** Starts a command and leaves it running. */
export function startCli(cli: Cli, args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: cli.denoArguments(args),
    cwd: ROOT,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}
