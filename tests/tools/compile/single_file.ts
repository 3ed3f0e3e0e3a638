/**
 * The single-file build: Deno's official program with one more segment, which has the bundle and the
 * code that hands it over (docs/single-file.md).
 *
 * @module
 */
import { END_WORD, FLAG_START, STAGE_WORD } from "../../../cli/single_file.ts";
import type { SplitBundle } from "./bundle.ts";
import { RuntimeFile } from "./elf.ts";
import {
  ADDED_VARIABLES,
  DEFAULT_VARIABLE,
  DROPPED_VARIABLES,
  FIRST_FLAG,
  FIXED_FLAGS,
  KEPT_VARIABLES,
  wholeFlags,
} from "./flags.ts";
import { segmentBytes, type StartTable } from "./segment.ts";
import { STUBS } from "./stub_bytes.ts";

/** Number of the bundle's descriptor: high, so that it is in nobody's way. */
export const DESCRIPTOR = 199;
const MAIN = `/proc/self/fd/${DESCRIPTOR}`;
/** Largest page of the machines. */
const PAGE = 0x10000;
const FAILURE =
  "bpfman: error: Cannot start: no memory file can be made, or a flag is not allowed\n";

const upToPage = (size: number) => Math.ceil(size / PAGE) * PAGE;

/** What the start-up code is told. */
function startTable({ main, packs }: SplitBundle, notice: string): StartTable {
  const utf8 = new TextEncoder();
  return {
    files: [main, ...packs].map((text, n) => ({
      name: n === 0 ? "bpfman.js" : `bpfman-${n}.txt`,
      data: utf8.encode(text),
      descriptor: DESCRIPTOR - n,
    })),
    usual: ["run", ...FIXED_FLAGS, ...wholeFlags(), MAIN],
    stage: ["run", ...FIXED_FLAGS.filter((flag) => flag !== FIRST_FLAG)],
    added: ADDED_VARIABLES,
    dropped: DROPPED_VARIABLES,
    kept: KEPT_VARIABLES,
    main: MAIN,
    first: FIRST_FLAG,
    stageWord: STAGE_WORD,
    endWord: END_WORD,
    flagStart: FLAG_START,
    message: FAILURE,
    defaultVariable: DEFAULT_VARIABLE,
    notice,
  };
}

/**
 * Joins runtime and bundle.
 *
 * @param runtime Bytes of Deno's program; they are changed.
 * @param bundle What it runs.
 * @param notice Licences. @default none
 * @returns The parts of the file, one behind the other.
 * @throws {TypeError} When the runtime is not what it should be.
 */
export function joinFile(
  runtime: Uint8Array<ArrayBuffer>,
  bundle: SplitBundle,
  notice = "",
): Uint8Array[] {
  const file = new RuntimeFile(runtime);
  const code = STUBS[file.target];
  if (code === undefined) throw new TypeError(`Cannot build for ${file.target}: no start-up code`);
  const address = BigInt(upToPage(Number(file.end)));
  const offset = upToPage(runtime.length);
  const segment = segmentBytes(Uint8Array.fromBase64(code), startTable(bundle, notice), {
    entry: file.entry - address,
    environ: file.slotOf("environ") - address,
  });
  const place = { offset, address, size: segment.length, alignment: PAGE };
  // the size of a segment is a multiple of 8
  const sections = file.moveSections(place, offset + segment.length);
  file.replaceNotes(place);
  return [runtime, new Uint8Array(offset - runtime.length), segment, sections];
}
