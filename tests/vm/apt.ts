/**
 * Packages of any Debian suite, without touching the apt sources of the machine.
 *
 * @module
 */
import {
  aptOptions,
  KEYRING,
  MIRROR_VARIABLE,
  writeAptFolder,
} from "../../bytecode-tools/wasm/apt.ts";
import { runForText } from "./process.ts";

/** A configuration of apt that lives in one directory and knows one suite. */
export class PrivateApt {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes the configuration below `directory` and reads the package index of `suite`. */
  static async open(directory: string, suite: string): Promise<PrivateApt> {
    const mirror = await findMirror();
    await writeAptFolder(
      directory,
      `deb [arch=amd64 signed-by=${KEYRING}] ${mirror} ${suite} main`,
    );
    const apt = new PrivateApt(directory);
    await apt.#run("apt-get", ["update"]);
    return apt;
  }

  /** Returns the names in the Depends field of the newest version of `name`. */
  async dependencies(name: string): Promise<string[]> {
    return dependencyNames(await this.#run("apt-cache", ["show", "--no-all-versions", name]));
  }

  /** Downloads packages, verified against the signed index, into `directory`; returns the files. */
  async download(names: readonly string[], directory: string): Promise<string[]> {
    await Deno.mkdir(directory, { recursive: true });
    await this.#run("apt-get", ["download", ...names], directory);
    const files: string[] = [];
    for await (const entry of Deno.readDir(directory)) {
      if (entry.name.endsWith(".deb")) files.push(`${directory}/${entry.name}`);
    }
    return files.sort();
  }

  #run(program: string, args: readonly string[], cwd?: string): Promise<string> {
    const more = ["APT::Architecture=amd64", "APT::Architectures=amd64"];
    return runForText(program, ["-q", ...aptOptions(this.#directory, more), ...args], {
      cwd,
      label: `${program} ${args.join(" ")}`,
      timeoutSeconds: 900,
    });
  }
}

/** Returns the package names of the Depends field in the output of `apt-cache show`. */
export function dependencyNames(record: string): string[] {
  const field = record.split("\n").find((line) => line.startsWith("Depends: "));
  if (field === undefined) return [];
  return field.slice("Depends: ".length).split(/[,|]/)
    .map((item) => item.trim().split(" ")[0] ?? "")
    .filter((name) => name !== "");
}

/** Returns the URI of the Debian mirror that this machine uses itself. */
export async function findMirror(): Promise<string> {
  const override = Deno.env.get(MIRROR_VARIABLE);
  if (override !== undefined && override !== "") return override;
  for (const path of await sourceFiles()) {
    const mirror = mirrorOf(await Deno.readTextFile(path));
    if (mirror !== undefined) return mirror;
  }
  throw new Error(
    `Cannot fetch packages of Debian: no Debian mirror in "/etc/apt": set ${MIRROR_VARIABLE} to its URI`,
  );
}

async function sourceFiles(): Promise<string[]> {
  const paths: string[] = [];
  for (const directory of ["/etc/apt/sources.list.d", "/etc/apt"]) {
    try {
      for await (const entry of Deno.readDir(directory)) {
        const isSource = /\.(list|sources)$/.test(entry.name);
        if (isSource && !entry.isDirectory) paths.push(`${directory}/${entry.name}`);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return paths.sort();
}

/**
 * Returns the first URI in an apt source file (of either format) that offers Debian itself: one of
 * its releases, not its security updates, which are kept elsewhere.
 */
export function mirrorOf(text: string): string | undefined {
  for (const { uri, suite } of [...deb822Sources(text), ...oneLineSources(text)]) {
    if (/^(bookworm|trixie|forky|sid|stable|testing|unstable)$/.test(suite)) return uri;
  }
  return undefined;
}

interface Source {
  readonly uri: string;
  readonly suite: string;
}

function deb822Sources(text: string): Source[] {
  const lines = text.split("\n").filter((line) => !line.startsWith("#"));
  return lines.join("\n").split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string): string[] =>
      new RegExp(`^${name}:(.*)$`, "mi").exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
    const [uri] = field("URIs");
    if (uri === undefined || !field("Types").includes("deb")) return [];
    return field("Suites").map((suite) => ({ uri, suite }));
  });
}

function oneLineSources(text: string): Source[] {
  return text.split("\n").flatMap((line) => {
    const match = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s/.exec(line);
    const [uri, suite] = match?.slice(1) ?? [];
    return uri === undefined || suite === undefined ? [] : [{ uri, suite }];
  });
}
