/**
 * Compiles the objects that the product has inside it, the dispatchers of the freplace engine and
 * what gates count with, and checks that the committed modules hold what the sources give.
 * `build_bpf.ts` runs this with the fixtures.
 *
 * @module
 */
import { compileObject } from "./compile_bpf.ts";

const CORE = new URL("../../core/", import.meta.url).pathname;

/** Folder of each object's module, by the name of its source in `bpf/` below that. */
const FOLDERS = {
  tc_dispatcher: "chain/freplace",
  xdp_dispatcher: "chain/freplace",
  xdp_exceptions: "declared/gate",
} as const;

type Dispatcher = keyof typeof FOLDERS;

/** The objects by the name of their source. */
export const DISPATCHERS: readonly Dispatcher[] = [
  "tc_dispatcher",
  "xdp_dispatcher",
  "xdp_exceptions",
];

/** Digits on one line of a module. */
const LINE_LENGTH = 92;

function modulePath(name: Dispatcher): string {
  return `${CORE}${FOLDERS[name]}/${name}_object.ts`;
}

function moduleText(name: Dispatcher, bytes: Uint8Array): string {
  const lines = bytes.toBase64().match(new RegExp(`.{1,${LINE_LENGTH}}`, "g")) ?? [];
  return `/**
 * bpf/${name}.bpf.c, compiled by "deno task build:bpf": GPL-2.0-only OR BSD-2-Clause.
 *
 * @module
 */

/** The object file in base64. */
export const ${name.toUpperCase()}: string = [
${lines.map((line) => `  "${line}",\n`).join("")}].join("");
`;
}

/** Text of an object's module, compiled anew. */
async function compileModule(name: Dispatcher): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "bpf-dispatcher-" });
  try {
    const target = `${folder}/${name}.bpf.o`;
    await compileObject(`${CORE}${FOLDERS[name]}/bpf/`, name, target);
    return moduleText(name, await Deno.readFile(target));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function committedText(name: Dispatcher): Promise<string> {
  try {
    return await Deno.readTextFile(modulePath(name));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/** Names of the objects whose committed module is not what their source gives. */
export async function staleDispatchers(): Promise<string[]> {
  const stale: string[] = [];
  for (const name of DISPATCHERS) {
    if (await committedText(name) !== await compileModule(name)) stale.push(name);
  }
  return stale;
}

/** Writes the module of one object; returns its path. */
export async function buildDispatcher(name: Dispatcher): Promise<string> {
  const path = modulePath(name);
  await Deno.writeTextFile(path, await compileModule(name));
  return path;
}
