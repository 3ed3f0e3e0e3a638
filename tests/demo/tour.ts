/**
 * A page whose commands are all run, one after the other in one shell, and whose output is compared.
 *
 * @module
 */
import { ok } from "node:assert/strict";
import { ROOT } from "../support/cli.ts";
import { type Example, OutputMatcher, readExamples } from "./console_blocks.ts";

/** A page that is run. */
export interface Tour {
  /** Path relative to the checkout. */
  readonly page: string;
  /** What the page tells the reader to save in its work directory, by name. @default nothing */
  readonly files?: Readonly<Record<string, string>>;
  /** What `bpfman` is. @default the sources of the checkout */
  readonly program?: string;
}

/** What a page says, and what the test says in its place. */
interface Places {
  readonly runtimeDirectory: string;
  readonly workDirectory: string;
  readonly namespace: string;
}

const WRITTEN: Places = {
  runtimeDirectory: "/run/bpfman",
  workDirectory: "/opt/first",
  namespace: "blue",
};

function moved(text: string, from: Places, to: Places): string {
  return text.replaceAll(from.runtimeDirectory, to.runtimeDirectory)
    .replaceAll(from.workDirectory, to.workDirectory)
    .replaceAll(new RegExp(`\\b${from.namespace}\\b`, "g"), to.namespace);
}

/**
 * A folder for PATH with the programs that pages name: Deno, whatever runs this test; the tool, as if
 * it were installed; and the compiler that the checkout installs.
 */
function programFolder(folder: string, program: string | undefined): string {
  const path = `${folder}/bin`;
  Deno.mkdirSync(path);
  Deno.symlinkSync(Deno.execPath(), `${path}/deno`);
  Deno.writeTextFileSync(
    `${path}/bpfman`,
    `#!/bin/sh\nexec ${program ?? `'${Deno.execPath()}' run -A '${ROOT}mod.ts'`} "$@"\n`,
    { mode: 0o755 },
  );
  for (const name of ["clang", "llvm-strip"]) {
    Deno.symlinkSync(`/usr/bin/${name}-19`, `${path}/${name}`);
  }
  return `${path}:${Deno.env.get("PATH") ?? ""}`;
}

/** Runs commands in one shell; gives what each printed, both streams together. */
async function runInShell(
  commands: readonly string[],
  path: string,
  places: Places,
): Promise<string[][]> {
  const mark = `--- ${crypto.randomUUID()} ---`;
  const script = commands.map((command) => `${command}\necho '${mark}'\n`).join("");
  const { stdout } = await new Deno.Command("bash", {
    args: ["-c", `exec 2>&1\n${script}`],
    cwd: ROOT,
    env: {
      NO_COLOR: "1",
      BPFMAN_CONFIG: "",
      BPFMAN_RUNTIME_DIR: places.runtimeDirectory,
      BPFMAN_DATA_DIR: `${places.runtimeDirectory}/data`,
      PATH: path,
    },
    stdin: "null",
  }).output();
  const text = moved(new TextDecoder().decode(stdout), places, WRITTEN);
  return text.split(`${mark}\n`).map((part) => part.split("\n").filter((line) => line !== ""));
}

/** Takes away whatever a failed tour has left. */
async function removePlaces({ runtimeDirectory, namespace }: Places): Promise<void> {
  await new Deno.Command("ip", { args: ["netns", "delete", namespace], stderr: "null" }).output();
  await new Deno.Command("umount", { args: [`${runtimeDirectory}/fs`], stderr: "null" }).output();
}

function compare(page: string, examples: readonly Example[], outputs: readonly string[][]): void {
  const matcher = new OutputMatcher();
  for (const [index, { command, output }] of examples.entries()) {
    const mismatch = matcher.mismatch(output, outputs[index] ?? []);
    ok(mismatch === undefined, `${page}: the output of "${command}" differs\n${mismatch}`);
  }
}

/** Runs a page. Its runtime directory and network namespace get names of their own. */
export async function runTour({ page, files = {}, program }: Tour): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "bpfman-tour-" });
  const places = {
    runtimeDirectory: `${folder}/run`,
    workDirectory: `${folder}/work`,
    namespace: `tour-${crypto.randomUUID().slice(0, 8)}`,
  };
  const examples = readExamples(Deno.readTextFileSync(`${ROOT}${page}`));
  ok(examples.length >= 10, `${page}: only ${examples.length} commands were found`);
  Deno.mkdirSync(places.workDirectory);
  for (const [name, text] of Object.entries(files)) {
    Deno.writeTextFileSync(`${places.workDirectory}/${name}`, moved(text, WRITTEN, places));
  }
  try {
    const commands = examples.map(({ command }) => moved(command, WRITTEN, places));
    compare(page, examples, await runInShell(commands, programFolder(folder, program), places));
  } finally {
    await removePlaces(places);
    Deno.removeSync(folder, { recursive: true });
  }
}
