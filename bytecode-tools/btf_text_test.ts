import { deepEqual, equal, ok } from "node:assert/strict";
import { corpusObjects } from "../tests/support/corpus.ts";
import { addSystemFolders } from "../tests/support/search_path.ts";
import { readBtf } from "./btf.ts";
import { btfBytesOf } from "./btf_file.ts";
import { btfText, typeRecordText } from "./btf_text.ts";

const KERNEL = "/sys/kernel/btf/vmlinux";

/** Lines of `bpftool btf dump file`. */
function theirs(path: string): string[] {
  addSystemFolders();
  const { success, stdout, stderr } = new Deno.Command("bpftool", {
    args: ["btf", "dump", "file", path],
  }).outputSync();
  ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).split("\n");
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

Deno.test("btfText() says of every object of the corpus and of this kernel what bpftool says", () => {
  const paths = [...corpusObjects().map(({ path }) => path), ...exists(KERNEL) ? [KERNEL] : []];
  let count = 0;
  for (const path of paths) {
    const btf = readBtf(btfBytesOf(Deno.readFileSync(path)));
    const ours = btfText(btf).split("\n");
    const other = theirs(path);
    const at = ours.findIndex((line, index) => line !== other[index]);
    deepEqual([at, ours[at], ours.length], [-1, undefined, other.length], path);
    count += btf.end - 1;
  }
  ok(count > 1000, `${count} types`);
});

Deno.test("typeRecordText() writes what the corpus lacks: negative numbers, tags, prototypes", () => {
  // an enumeration of 64 bits and a tag, by hand: header, types, strings
  const types = new Uint32Array([
    1,
    (19 << 24 | 1 | 1 << 31) >>> 0,
    8,
    3,
    0xffffffff,
    0xffffffff,
    5,
    17 << 24,
    1,
    0xffffffff,
  ]);
  const strings = new TextEncoder().encode("\0E\0A\0t\0");
  const bytes = new Uint8Array(24 + types.byteLength + strings.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xeb9f, true);
  view.setUint8(2, 1);
  [24, 0, types.byteLength, types.byteLength, strings.length]
    .forEach((word, at) => view.setUint32(4 + at * 4, word, true));
  types.forEach((word, at) => view.setUint32(24 + at * 4, word, true));
  bytes.set(strings, 24 + types.byteLength);
  const btf = readBtf(bytes);
  equal(typeRecordText(btf, 1), "[1] ENUM64 'E' encoding=SIGNED size=8 vlen=1\n\t'A' val=-1LL");
  equal(typeRecordText(btf, 2), "[2] DECL_TAG 't' type_id=1 component_idx=-1");
});
