/**
 * Compiles the eBPF fixtures, and checks that the committed objects are what the sources give.
 *
 *     deno task build:bpf            writes tests/fixtures/*.bpf.o
 *     deno task build:bpf --check    compares instead, exit code 1 on a difference
 *
 * @module
 */

const FIXTURES = new URL("../fixtures/", import.meta.url).pathname;

/** The compiler that made the committed objects; another version may give other bytes. */
export const CLANG = "clang-19";
const STRIP = "llvm-strip-19";

/** Names of the fixtures, without `.bpf.c`, sorted. */
export function fixtureNames(folder: string = FIXTURES): string[] {
  return [...Deno.readDirSync(folder)]
    .filter(({ name }) => name.endsWith(".bpf.c"))
    .map(({ name }) => name.slice(0, -".bpf.c".length))
    .sort();
}

/** Runs a program and throws with what it printed when it fails. */
async function run(command: string, args: readonly string[]): Promise<void> {
  const child = new Deno.Command(command, { args: [...args], cwd: FIXTURES, stderr: "piped" });
  const { code, stderr } = await child.output();
  if (code === 0) return;
  const said = new TextDecoder().decode(stderr).trimEnd();
  throw new Error(`Cannot run "${command}": exit code ${code}\n${said}`);
}

/**
 * Compiles one fixture to `target`. The source is named relative to its folder and the folder is
 * mapped away, so that a checkout elsewhere gives the same bytes; DWARF goes, BTF stays.
 */
export async function compileFixture(name: string, target: string): Promise<void> {
  await run(CLANG, [
    ..."-g -O2 -Wall -Wextra -Wno-unused-parameter -Werror -target bpf -mcpu=v3".split(" "),
    `-ffile-prefix-map=${FIXTURES.replace(/\/$/, "")}=.`,
    `-I/usr/include/${Deno.build.arch}-linux-gnu`,
    "-c",
    `${name}.bpf.c`,
    "-o",
    target,
  ]);
  await run(STRIP, ["-g", target]);
}

/** True when both files exist and hold the same bytes. */
async function haveSameBytes(left: string, right: string): Promise<boolean> {
  try {
    const [a, b] = await Promise.all([Deno.readFile(left), Deno.readFile(right)]);
    return a.length === b.length && a.every((byte, index) => byte === b[index]);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Compiles all fixtures into a temporary folder; gives the names that differ from the committed. */
export async function staleFixtures(): Promise<string[]> {
  const folder = await Deno.makeTempDir({ prefix: "bpf-fixtures-" });
  try {
    const stale: string[] = [];
    for (const name of fixtureNames()) {
      const fresh = `${folder}/${name}.bpf.o`;
      await compileFixture(name, fresh);
      if (!await haveSameBytes(fresh, `${FIXTURES}${name}.bpf.o`)) stale.push(name);
    }
    return stale;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--check")) {
    const stale = await staleFixtures();
    if (stale.length === 0) console.log(`${fixtureNames().length} objects are up to date`);
    for (const name of stale) {
      console.error(`${name}.bpf.o differs from its source: run "deno task build:bpf"`);
    }
    return stale.length === 0 ? 0 : 1;
  }
  for (const name of fixtureNames()) {
    await compileFixture(name, `${FIXTURES}${name}.bpf.o`);
    console.log(`${name}.bpf.o`);
  }
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
