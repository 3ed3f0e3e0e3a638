/**
 * Jailed processes for tests: what they may do by default, and what they print.
 *
 * @module
 */
import { type JailSpec, SYSTEM_READABLE } from "../../ffi/jail/mod.ts";
import { ROOT } from "./cli.ts";
import type { JailOrder } from "./jail_parent.ts";
import { runProgram } from "./must.ts";

const SPAWNER = `${ROOT}tests/support/jail_spawner.ts`;
const PARENT = `${ROOT}tests/support/jail_parent.ts`;
/** The program whose parts tell of their process. */
const CHILD = `${ROOT}tests/support/jail_child.ts`;

/** What differs from the default jail. */
export interface JailedRun {
  readonly spec?: Partial<JailSpec>;
  readonly message?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Program and arguments in front of the parent, such as `unshare --net`. */
  readonly before?: readonly string[];
  /** True for a jail inside of what confines a front. */
  readonly isBehindFront?: boolean;
}

/** Where this machine's Deno keeps transpiled modules. */
function denoDirectory(): string {
  const [own, cache, home] = ["DENO_DIR", "XDG_CACHE_HOME", "HOME"].map((name) =>
    Deno.env.get(name)
  );
  return own ?? (cache === undefined ? `${home}/.cache/deno` : `${cache}/deno`);
}

/** A jail in which a Deno process of this checkout can run, and which may do nothing else. */
export function strictJail(): JailSpec {
  return {
    capabilities: ["CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON"],
    readable: [...SYSTEM_READABLE, ROOT, denoDirectory()],
    writable: [],
    mayNetlink: false,
    mayEnterNamespaces: false,
    mayOpenPerfEvents: false,
  };
}

/** Words that run a part of the child with Deno. */
function childArguments(part: string, args: readonly string[] = []): string[] {
  return ["run", "-A", "--no-config", "--unstable-kv", "--no-check", CHILD, part, ...args];
}

/** The environment that a Deno process needs. */
function childEnvironment(): Record<string, string> {
  return { DENO_DIR: denoDirectory(), DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
}

/** Runs a program and reads the JSON that it prints. */
async function mustPrint<T>(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = childEnvironment(),
): Promise<T> {
  const { code, stdout, stderr } = await runProgram(program, args, { env });
  if (code === 0) return JSON.parse(stdout);
  throw new Error(`Cannot run "${args.join(" ")}": exit code ${code}\n${stderr}`);
}

/** Runs a part of the child in a jail. */
export async function inJail<T>(
  part: string,
  args: readonly string[] = [],
  { spec = {}, message = "", env = {}, before = [], isBehindFront = false }: JailedRun = {},
): Promise<T> {
  const order: JailOrder = {
    spec: { ...strictJail(), ...spec },
    program: {
      path: Deno.execPath(),
      args: childArguments(part, args),
      env: { ...childEnvironment(), ...env },
    },
    message,
    isBehindFront,
  };
  const words = [...before, Deno.execPath(), "run", "-A", "--no-check", PARENT];
  const [program = "", ...rest] = words;
  const outside = { ...childEnvironment(), OF_THE_PARENT: "secret" };
  return await mustPrint<T>(program, [...rest, JSON.stringify(order)], outside);
}

/** Runs a part of the child without a jail, with a program such as `setpriv` in front of it. */
export async function unjailed<T>(
  part: string,
  args: readonly string[] = [],
  before: readonly string[] = [],
): Promise<T> {
  const [program = "", ...rest] = [...before, Deno.execPath(), ...childArguments(part, args)];
  return await mustPrint<T>(program, rest);
}

/** Runs a part of the child through `spawnWithoutPrivileges`; it may change files in one place. */
export async function withoutPrivileges<T>(
  part: string,
  args: readonly string[],
  writable: string,
): Promise<T> {
  const words = ["run", "-A", "--no-check", SPAWNER, JSON.stringify(childArguments(part, args))];
  return await mustPrint<T>(Deno.execPath(), [...words, writable]);
}
