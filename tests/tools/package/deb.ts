/**
 * `deno task package:deb [--fast] [--target x86_64|aarch64] [--program FILE] [--out DIR]`: makes
 * `dist/bpfman_VERSION_ARCH.deb`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import type { Target } from "../compile/elf.ts";
import { type DebOptions, makeDeb, readEpoch } from "./make_deb.ts";

const ROOT = decodeURIComponent(new URL("../../../", import.meta.url).pathname);
const TARGETS: readonly Target[] = ["x86_64", "aarch64"];

/**
 * Reads the command line.
 *
 * @throws {TypeError} When a word is not known.
 */
export function debOptions(args: readonly string[], epoch: number): DebOptions {
  const { values } = parseArgs({
    args: args.filter((word) => word !== "--"),
    options: {
      fast: { type: "boolean", default: false },
      target: { type: "string", default: Deno.build.arch },
      program: { type: "string" },
      out: { type: "string", default: `${ROOT}dist` },
    },
  });
  const target = TARGETS.find((name) => name === values.target);
  if (target === undefined) {
    throw new TypeError(
      `Cannot package for "${values.target}": it must be ${TARGETS.join(" or ")}`,
    );
  }
  const { program, fast: isFast, out } = values;
  return { target, isFast, out, epoch, ...(program === undefined ? {} : { program }) };
}

if (import.meta.main) {
  try {
    console.log(await makeDeb(debOptions(Deno.args, await readEpoch())));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
