/**
 * Bundles the page that looks into BPF objects: `docs/inspector/inspector.js`, one classic script,
 * as pages from the file system may not load modules.
 *
 *     deno task build:inspector
 *
 * @module
 */
import * as esbuild from "esbuild";
import { ensureBuilt } from "../../bytecode-tools/wasm/build.ts";

const FOLDER = new URL("../../docs/inspector/", import.meta.url).pathname;

/** Where the bundle is written. */
export const INSPECTOR_SCRIPT = `${FOLDER}inspector.js`;

/** Builds the bundle and gives its size in bytes. */
export async function buildInspector(): Promise<number> {
  await ensureBuilt();
  try {
    await esbuild.build({
      entryPoints: [`${FOLDER}main.ts`],
      outfile: INSPECTOR_SCRIPT,
      bundle: true,
      minify: true,
      format: "iife",
      platform: "browser",
      target: "es2022",
      legalComments: "none",
      banner: { js: "// Built by deno task build:inspector. Contains libbpf (BSD-2-Clause)." },
      logLevel: "error",
    });
  } finally {
    await esbuild.stop();
  }
  return (await Deno.stat(INSPECTOR_SCRIPT)).size;
}

if (import.meta.main) {
  console.log(`docs/inspector/inspector.js: ${await buildInspector()} bytes`);
}
