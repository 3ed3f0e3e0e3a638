/**
 * The source of libbpf, from Debian: fetched once, checked against the pinned sums, kept in the
 * cache directory of the project.
 *
 * @module
 */
import { aptOptions, KEYRING, MIRROR_VARIABLE, writeAptFolder } from "./apt.ts";
import { exists, run, sha256 } from "./process.ts";

/** The source package and the sums of its files. */
export const SOURCE = {
  name: "libbpf",
  suite: "trixie",
  /** Version of libbpf itself. */
  upstream: "1.5.0",
  /** Version of the Debian package, with Debian's security patches. */
  version: "1.5.0-3",
  files: {
    "libbpf_1.5.0.orig.tar.gz": "53492aff6dd47e4da04ef5e672d753b9743848bdb38e9d90eafbe190b7983c44",
    "libbpf_1.5.0-3.debian.tar.xz":
      "b526c99fc75f632540306a958576fe3923890cba95d4999efc458784802da460",
  },
} as const;

/** Returns `$BPFMAN_TEST_CACHE`, or `~/.cache/bpfman-tests`. */
export function cacheDirectory(): string {
  const configured = Deno.env.get("BPFMAN_TEST_CACHE");
  if (configured !== undefined && configured !== "") return configured;
  return `${Deno.env.get("HOME") ?? "/root"}/.cache/bpfman-tests`;
}

/** Returns the URI of the Debian mirror that this machine uses itself. */
async function findMirror(): Promise<string> {
  const configured = Deno.env.get(MIRROR_VARIABLE);
  if (configured !== undefined && configured !== "") return configured;
  const list = await run("apt-get", [
    ...["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Component: main"],
    ...["Origin: Debian", "Label: Debian"],
  ]).catch(() => "");
  const sources = list === ""
    ? await run("apt-get", ["indextargets", "--format", "$(REPO_URI)", "Component: main"])
    : list;
  const mirror = sources.split("\n").find((line) => line !== "");
  if (mirror !== undefined) return mirror;
  throw new Error(
    `Cannot fetch "${SOURCE.name}": apt knows no Debian mirror: set ${MIRROR_VARIABLE} to its URI`,
  );
}

async function fetchSource(directory: string): Promise<void> {
  const mirror = await findMirror();
  const line = `deb-src [signed-by=${KEYRING}] ${mirror} ${SOURCE.suite} main`;
  await writeAptFolder(`${directory}/apt`, line);
  const options = aptOptions(`${directory}/apt`);
  await run("apt-get", ["-q", ...options, "update"]);
  const wanted = `${SOURCE.name}=${SOURCE.version}`;
  await run("apt-get", ["-q", ...options, "source", "--download-only", "--only-source", wanted], {
    cwd: directory,
  });
  for (const [name, expected] of Object.entries(SOURCE.files)) {
    const actual = await sha256(await Deno.readFile(`${directory}/${name}`));
    if (actual === expected) continue;
    throw new Error(`Cannot use "${name}": its SHA-256 is ${actual}, and ${expected} is pinned`);
  }
}

/** Unpacks the upstream source and applies Debian's patches. */
async function unpack(directory: string): Promise<void> {
  const [upstream, debian] = Object.keys(SOURCE.files);
  const tree = `${directory}/tree`;
  await Deno.mkdir(tree);
  const extract = ["--no-same-owner", "-C", tree, "-xf"];
  await run("tar", ["--strip-components=1", ...extract, `${directory}/${upstream}`]);
  await run("tar", [...extract, `${directory}/${debian}`]);
  const series = await Deno.readTextFile(`${tree}/debian/patches/series`);
  for (const name of series.split("\n").filter((line) => /^[^#\s]/.test(line))) {
    await run("patch", ["-s", "-p1", "-d", tree, "-i", `debian/patches/${name}`]);
  }
}

/** Returns the directory of libbpf's source (with `src` and `include`), fetched when it is not there. */
export async function ensureSource(log?: (line: string) => void): Promise<string> {
  const directory = `${cacheDirectory()}/wasm/${SOURCE.name}-${SOURCE.version}`;
  if (await exists(`${directory}/tree/src/libbpf.c`)) return `${directory}/tree`;
  log?.(`fetching the source of ${SOURCE.name} ${SOURCE.version} from Debian ${SOURCE.suite}`);
  await Deno.mkdir(`${cacheDirectory()}/wasm`, { recursive: true });
  const building = await Deno.makeTempDir({ dir: `${cacheDirectory()}/wasm`, prefix: "source-" });
  try {
    await fetchSource(building);
    await unpack(building);
    await Deno.remove(`${building}/apt`, { recursive: true });
    await Deno.rename(building, directory);
  } catch (error) {
    await Deno.remove(building, { recursive: true });
    // somebody else was faster: the directory is complete, since it only appears by renaming
    if (!await exists(`${directory}/tree/src/libbpf.c`)) throw error;
  }
  return `${directory}/tree`;
}
