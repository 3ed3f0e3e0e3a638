/**
 * Installs what is missing on this machine, says what it installs, and does nothing twice.
 *
 *     deno task setup                    every group
 *     deno task setup runtime demo       these groups
 *
 * When nothing is missing it needs neither root nor a network.
 *
 * @module
 */

import { ensureBuilt, isBuilt } from "../../bytecode-tools/wasm/build.ts";
import { runtimeFor } from "./compile/runtime.ts";
import { isPackageGroup, PACKAGE_GROUPS, type PackageGroup, packagesOf } from "./packages.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** What setup asks of and does to a machine; tests hand in another one. */
export interface SetupHost {
  readonly isRoot: boolean;
  /** Those of the named Debian packages that are fully installed. */
  installedPackages(names: readonly string[]): Promise<ReadonlySet<string>>;
  /** Runs apt-get and gives its exit code. */
  aptGet(args: readonly string[]): Promise<number>;
  /** True when every npm package of deno.lock is in Deno's cache. */
  hasNpmPackages(): Promise<boolean>;
  /** Fetches the npm packages of deno.lock and gives the exit code. */
  installNpmPackages(): Promise<number>;
  /** True when the WebAssembly module is there and belongs to its sources. */
  hasModule(): Promise<boolean>;
  /** Builds the WebAssembly module. */
  buildModule(): Promise<void>;
  say(line: string): void;
}

/** Installs what the groups lack on the host. */
export async function setUp(groups: readonly PackageGroup[], host: SetupHost): Promise<void> {
  // who has the module needs no compiler for it
  const hasModule = !groups.includes("wasm") || await host.hasModule();
  const needed = hasModule ? groups.filter((group) => group !== "wasm") : groups;
  const hasDebian = await installDebianPackages(packagesOf(needed), host);
  const hasNpm = await host.hasNpmPackages();
  if (!hasNpm) {
    host.say("Installing the npm packages of deno.lock");
    if (await host.installNpmPackages() !== 0) {
      throw new Error("Cannot install the npm packages of deno.lock: see the messages above");
    }
  }
  if (!hasModule) {
    host.say("Building the WebAssembly module of the bytecode tools");
    await host.buildModule();
  }
  if (hasDebian && hasNpm && hasModule) host.say("Nothing to install");
}

/** Gives true when no package was missing. */
async function installDebianPackages(
  wanted: readonly string[],
  host: SetupHost,
): Promise<boolean> {
  const installed = await host.installedPackages(wanted);
  const missing = wanted.filter((name) => !installed.has(name));
  if (missing.length === 0) return true;
  if (!host.isRoot) {
    throw new Error(
      `Cannot install Debian packages: this needs root; run "apt-get install ${missing.join(" ")}"`,
    );
  }
  host.say(`Installing Debian packages: ${missing.join(" ")}`);
  if (await host.aptGet(["update"]) !== 0) {
    // One unreachable source among several is no reason to stop: the install tells.
    host.say("Some package lists could not be read, going on with those that could");
  }
  const code = await host.aptGet(["install", "--yes", "--no-install-recommends", ...missing]);
  if (code !== 0) {
    throw new Error(`Cannot install "${missing.join(" ")}": apt-get ended with exit code ${code}`);
  }
  return false;
}

/** The names that dpkg-query reports as installed, from lines of name, tab, status. */
export function parseInstalled(text: string): Set<string> {
  const rows = text.split("\n").map((line) => line.split("\t"));
  return new Set(rows.filter(([, status]) => status === "installed").map(([name]) => name ?? ""));
}

async function run(command: string, args: readonly string[]): Promise<number> {
  // apt-get's progress goes to stderr, so that a caller's stdout holds only our lines.
  const child = new Deno.Command(command, {
    args: [...args],
    cwd: ROOT,
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  await child.stdout.pipeTo(Deno.stderr.writable, { preventClose: true });
  return (await child.status).code;
}

/**
 * What makes Deno keep the registry's answer about the package, which it does not need with a
 * lockfile. Without it in the cache, Deno asks again at each start of the tool, in the background,
 * and a short process ends before the answer is kept: a tenth of a second and a line each time.
 */
const REGISTRY_WORDS = ["--no-lock", "--entrypoint", "cli/parse_arguments.ts"] as const;

/** The machine that this process runs on. */
const THIS_MACHINE: SetupHost = {
  get isRoot() {
    return Deno.uid() === 0;
  },
  async installedPackages(names) {
    const args = ["--show", "--showformat", "${Package}\\t${db:Status-Status}\\n", ...names];
    try {
      // Exit code 1 only says that some names are unknown: the lines tell which are there.
      const child = new Deno.Command("dpkg-query", { args, stderr: "null" });
      return parseInstalled(new TextDecoder().decode((await child.output()).stdout));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new Error('Cannot find "dpkg-query": this project installs on Debian and its kin', {
        cause: error,
      });
    }
  },
  aptGet: (args) =>
    run("apt-get", ["-qq", "-o", "DPkg::Lock::Timeout=120", "-o", "Dpkg::Use-Pty=0", ...args]),
  async hasNpmPackages() {
    for (const words of [["--frozen"], REGISTRY_WORDS]) {
      const args = ["install", "--cached-only", "--quiet", ...words];
      const child = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stderr: "null" });
      if (!(await child.output()).success) return false;
    }
    return true;
  },
  async installNpmPackages() {
    const code = await run(Deno.execPath(), ["install", "--frozen"]);
    return code === 0 ? await run(Deno.execPath(), ["install", ...REGISTRY_WORDS]) : code;
  },
  hasModule: isBuilt,
  buildModule: () => ensureBuilt(),
  say: (line) => console.log(line),
};

/** The groups that the words name; none means all. */
export function parseGroups(words: readonly string[]): PackageGroup[] {
  const known = Object.keys(PACKAGE_GROUPS).filter(isPackageGroup);
  const unknown = words.find((word) => !isPackageGroup(word));
  if (unknown !== undefined) {
    throw new Error(`Cannot set up "${unknown}": the groups are ${known.join(", ")}`);
  }
  return words.length === 0 ? known : words.filter(isPackageGroup);
}

if (import.meta.main) {
  try {
    const groups = parseGroups(Deno.args);
    await setUp(groups, THIS_MACHINE);
    // tests shall not wait for a network
    if (groups.includes("arm")) await runtimeFor("aarch64");
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
