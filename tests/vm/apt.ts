/**
 * Packages of any Debian suite, without touching the apt sources of the machine.
 *
 * apt gets its own lists, cache and (empty) status file through `-o` options; these win over every
 * file under /etc/apt, whose other settings (a proxy, say) stay in force.
 *
 * @module
 */
import { runForText } from "./process.ts";

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** Environment variable with the URI of a Debian mirror, for machines that are not Debian. */
export const MIRROR_VARIABLE = "BPFMAN_TEST_DEBIAN_MIRROR";

/** A configuration of apt that lives in one directory and knows one suite. */
export class PrivateApt {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes the configuration below `directory` and reads the package index of `suite`. */
  static async open(directory: string, suite: string): Promise<PrivateApt> {
    const mirror = await findMirror();
    for (const name of ["empty", "state/lists/partial", "cache/archives/partial"]) {
      await Deno.mkdir(`${directory}/${name}`, { recursive: true });
    }
    await Deno.writeTextFile(`${directory}/status`, "");
    await Deno.writeTextFile(
      `${directory}/sources.list`,
      `deb [arch=amd64 signed-by=${KEYRING}] ${mirror} ${suite} main\n`,
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
    const directory = this.#directory;
    const settings = [
      `Dir::Etc::sourcelist=${directory}/sources.list`,
      `Dir::Etc::sourceparts=${directory}/empty`,
      `Dir::Etc::preferences=${directory}/empty/none`,
      `Dir::Etc::preferencesparts=${directory}/empty`,
      `Dir::State=${directory}/state`,
      `Dir::State::status=${directory}/status`,
      `Dir::Cache=${directory}/cache`,
      "APT::Architecture=amd64",
      "APT::Architectures=amd64",
      "Acquire::Languages=none",
      "Acquire::Retries=3",
      // Without these a failed or unsigned index would be a mere warning.
      "APT::Update::Error-Mode=any",
      "Acquire::AllowInsecureRepositories=false",
      "APT::Get::AllowUnauthenticated=false",
      // The user _apt may not enter a directory that belongs to somebody else.
      "APT::Sandbox::User=root",
    ];
    return runForText(program, ["-q", ...settings.flatMap((text) => ["-o", text]), ...args], {
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
async function findMirror(): Promise<string> {
  const override = Deno.env.get(MIRROR_VARIABLE);
  if (override !== undefined && override !== "") return override;
  for (const path of await sourceFiles()) {
    const mirror = mirrorOf(await Deno.readTextFile(path));
    if (mirror !== undefined) return mirror;
  }
  throw new Error(
    `Cannot fetch a test kernel: no Debian mirror in "/etc/apt": set ${MIRROR_VARIABLE} to its URI`,
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
