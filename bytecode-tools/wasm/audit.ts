/**
 * What must be true of the module, whatever was compiled into it: it can do nothing but compute.
 *
 *     deno task audit:wasm    rebuilds, compares, and checks; exit code 1 when something is wrong
 *
 * @module
 */
import { equal } from "node:assert/strict";
import wabt from "wabt";
import { buildModule } from "./build.ts";
import { MAX_MEMORY, WASM_FUNCTIONS } from "./exports.ts";
import { FEATURES } from "./features.ts";
import { WASM_BASE64, WASM_SHA256 } from "./inspect_wasm.js";
import { sha256 } from "./process.ts";

/** The largest module, in bytes, as it is and compressed by gzip. */
export const SIZE_LIMITS = { plain: 256 * 1024, gzip: 100 * 1024 } as const;

const PAGE = 64 * 1024;

/** Returns the module as text; throws when it is not valid or uses another feature. */
async function disassemble(bytes: Uint8Array): Promise<string> {
  const tools = await wabt();
  const module = tools.readWasm(bytes, { ...FEATURES, readDebugNames: false });
  try {
    module.validate();
    return module.toText({ foldExprs: false, inlineExport: false });
  } finally {
    module.destroy();
  }
}

/** Size of bytes when gzip has compressed them. */
export async function gzipSize(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).arrayBuffer()).byteLength;
}

function importFaults(text: string): string[] {
  return [...text.matchAll(/^ {2}\(import (.*)$/gm)].map(([, what]) => `it imports ${what}`);
}

function exportFaults(text: string): string[] {
  const exported = [...text.matchAll(/^ {2}\(export "([^"]*)" \((\w+) /gm)]
    .map(([, name, kind]) => `${kind} ${name}`);
  const allowed = ["memory memory", "global fuel", ...WASM_FUNCTIONS.map((name) => `func ${name}`)];
  return [
    ...exported.filter((name) => !allowed.includes(name)).map((name) => `it exports ${name}`),
    ...allowed.filter((name) => !exported.includes(name)).map((name) => `it lacks ${name}`),
  ];
}

function memoryFaults(text: string): string[] {
  const memories = [...text.matchAll(/^ {2}\(memory \(;0;\) (\d+) (\d+)\)$/gm)];
  const most = memories[0]?.[2];
  if (memories.length === 1 && Number(most) * PAGE === MAX_MEMORY) return [];
  return [`its memory is not one of at most ${MAX_MEMORY} bytes, but ${most ?? "without a limit"}`];
}

async function sizeFaults(bytes: Uint8Array<ArrayBuffer>): Promise<string[]> {
  const faults: string[] = [];
  const compressed = await gzipSize(bytes);
  if (bytes.length > SIZE_LIMITS.plain) {
    faults.push(`it has ${bytes.length} bytes, and ${SIZE_LIMITS.plain} are the limit`);
  }
  if (compressed > SIZE_LIMITS.gzip) {
    faults.push(`it has ${compressed} bytes compressed, and ${SIZE_LIMITS.gzip} are the limit`);
  }
  return faults;
}

/** Every loop must begin with the steps that fuel.ts puts there. */
function fuelFaults(text: string): string[] {
  const loops = [
    ...text.matchAll(/^ +loop.*\n +global\.get (\d+)\n +i32\.eqz\n +if.*\n +unreachable$/gm),
  ];
  const all = [...text.matchAll(/^ +loop(?: |$)/gm)].length;
  const counter = /^ {2}\(export "fuel" \(global (\d+)\)\)/m.exec(text)?.[1];
  const counted = loops.filter(([, global]) => global === counter).length;
  return counted === all ? [] : [`${all - counted} of its loops are without a bound`];
}

/** Everything that is wrong with a module; nothing when it is as it must be. */
export async function moduleFaults(bytes: Uint8Array<ArrayBuffer>): Promise<string[]> {
  let text: string;
  try {
    text = await disassemble(bytes);
  } catch (error) {
    return [`it is not valid: ${error instanceof Error ? error.message : error}`];
  }
  const start = /^ {2}\(start /m.test(text) ? ["it runs code when it is instantiated"] : [];
  return [
    ...importFaults(text),
    ...exportFaults(text),
    ...memoryFaults(text),
    ...fuelFaults(text),
    ...start,
    ...await sizeFaults(bytes),
  ];
}

/** Whether a rebuild gives the bytes that are in use. */
export async function rebuildFaults(): Promise<string[]> {
  const rebuilt = await sha256(await buildModule());
  return rebuilt === WASM_SHA256 ? [] : [`a rebuild gives ${rebuilt} instead of ${WASM_SHA256}`];
}

if (import.meta.main) {
  const bytes = Uint8Array.fromBase64(WASM_BASE64);
  equal(await sha256(bytes), WASM_SHA256);
  const faults = [...await moduleFaults(bytes), ...await rebuildFaults()];
  for (const fault of faults) {
    console.error(`The WebAssembly module is not as it must be: ${fault}`);
  }
  if (faults.length === 0) {
    console.log(
      `${bytes.length} bytes, ${await gzipSize(bytes)} compressed, no imports, ${WASM_SHA256}`,
    );
  }
  Deno.exit(faults.length === 0 ? 0 : 1);
}
