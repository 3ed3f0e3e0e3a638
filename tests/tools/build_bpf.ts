/**
 * Compiles the eBPF fixtures and the dispatchers, and checks that what is committed is what the
 * sources give.
 *
 *     deno task build:bpf            writes tests/fixtures/*.bpf.o and the dispatchers' modules
 *     deno task build:bpf --check    compares instead, exit code 1 on a difference
 *
 * @module
 */
import { buildDispatcher, DISPATCHERS, staleDispatchers } from "./build_dispatchers.ts";
import { compileObject } from "./compile_bpf.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url).pathname;

/** Names of the fixtures, without `.bpf.c`, sorted. */
export function fixtureNames(folder: string = FIXTURES): string[] {
  return [...Deno.readDirSync(folder)]
    .filter(({ name }) => name.endsWith(".bpf.c"))
    .map(({ name }) => name.slice(0, -".bpf.c".length))
    .sort();
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
      await compileObject(FIXTURES, name, fresh);
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
    stale.push(...await staleDispatchers());
    const count = fixtureNames().length + DISPATCHERS.length;
    if (stale.length === 0) console.log(`${count} objects are up to date`);
    for (const name of stale) {
      console.error(`${name}.bpf.o differs from its source: run "deno task build:bpf"`);
    }
    return stale.length === 0 ? 0 : 1;
  }
  for (const name of fixtureNames()) {
    await compileObject(FIXTURES, name, `${FIXTURES}${name}.bpf.o`);
    console.log(`${name}.bpf.o`);
  }
  for (const name of DISPATCHERS) console.log(await buildDispatcher(name));
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
