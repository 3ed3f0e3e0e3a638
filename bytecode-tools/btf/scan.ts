/**
 * The pass over BTF that finds where each type begins and checks every reference. It works on
 * bare words: a kernel has more than a hundred thousand types.
 *
 * @module
 */
import { BtfKind, EACH_WORDS, FIXED_WORDS, isReference, kindName, LAST_KIND } from "./kinds.ts";
import type { BtfLayout } from "./layout.ts";
import { refuse } from "../errors.ts";

/** Words that every type record begins with. */
const TYPE_WORDS = 3;

/** What the references of a BTF must stay below. */
export interface BtfLimits {
  /** Number of the first type of this BTF. */
  readonly firstId: number;
  /** One more than the highest string offset. */
  readonly stringEnd: number;
}

/** Where each type begins, in words of the type section. */
export function findStarts(layout: BtfLayout, limits: BtfLimits): Uint32Array {
  const { words } = layout;
  const starts = new Uint32Array(Math.floor(words.length / TYPE_WORDS));
  let count = 0;
  for (let at = 0; at < words.length;) {
    const info = words[at + 1] ?? 0;
    const kind = info >>> 24 & 31;
    if (kind === BtfKind.VOID || kind > LAST_KIND) {
      const message = `Type ${limits.firstId + count} has the unknown kind ${kind}`;
      refuse("btf-kind", message, { offset: layout.typesAt + at * 4, section: ".BTF" });
    }
    const each = EACH_WORDS[kind] ?? 0;
    const next = at + TYPE_WORDS + (FIXED_WORDS[kind] ?? 0) + each * (info & 0xffff);
    if (next > words.length) {
      const message = `Type ${limits.firstId + count} (${kindName(kind)}) is cut off at the end ` +
        `of the types`;
      refuse("btf-cut", message, { offset: layout.typesAt + at * 4, section: ".BTF" });
    }
    starts[count++] = at;
    at = next;
  }
  return starts.subarray(0, count);
}

/** Words of one entry of a record's list, and which of them are a name and a type. */
type List = readonly [step: number, name: number, type: number];

const LISTS: Readonly<Record<number, List>> = {
  [BtfKind.STRUCT]: [3, 0, 1],
  [BtfKind.UNION]: [3, 0, 1],
  [BtfKind.ENUM]: [2, 0, -1],
  [BtfKind.ENUM64]: [3, 0, -1],
  [BtfKind.FUNC_PROTO]: [2, 0, 1],
  [BtfKind.DATASEC]: [3, -1, 0],
};

function refuseReference(layout: BtfLayout, at: number, what: string): never {
  const kind = kindName((layout.words[at + 1] ?? 0) >>> 24 & 31);
  const rule = what.startsWith("string") ? "btf-string" : "btf-type-id";
  const place = { offset: layout.typesAt + at * 4, section: ".BTF" };
  refuse(rule, `A type (${kind}) refers to ${what}, which is past the last one`, place);
}

/** Checks the entries of a type's list; `at` is the type's first word. */
function checkList(layout: BtfLayout, at: number, limits: BtfLimits & { end: number }): void {
  const { words } = layout;
  const info = words[at + 1] ?? 0;
  const list = LISTS[info >>> 24 & 31];
  if (list === undefined) return;
  const [step, name, type] = list;
  const first = at + TYPE_WORDS;
  const last = first + (info & 0xffff) * step;
  for (let entry = first; entry < last; entry += step) {
    if (name >= 0 && (words[entry + name] ?? 0) >= limits.stringEnd) {
      refuseReference(layout, at, `string ${words[entry + name]}`);
    }
    if (type >= 0 && (words[entry + type] ?? 0) >= limits.end) {
      refuseReference(layout, at, `type ${words[entry + type]}`);
    }
  }
}

/**
 * Checks that every name and every type number of every record exists.
 *
 * @throws {BytecodeError} At the first one that does not.
 */
export function checkReferences(layout: BtfLayout, starts: Uint32Array, limits: BtfLimits): void {
  const { words } = layout;
  const end = limits.firstId + starts.length;
  const all = { ...limits, end };
  for (let n = 0; n < starts.length; n++) {
    const at = starts[n] ?? 0;
    const name = words[at] ?? 0;
    if (name >= limits.stringEnd) {
      // without any string the empty name is still offset 0
      if (name !== 0) refuseReference(layout, at, `string ${name}`);
    }
    const kind = (words[at + 1] ?? 0) >>> 24 & 31;
    if (isReference(kind)) {
      const target = words[at + 2] ?? 0;
      if (target >= end) refuseReference(layout, at, `type ${target}`);
    } else if (kind === BtfKind.ARRAY) {
      const element = words[at + 3] ?? 0;
      const index = words[at + 4] ?? 0;
      if (element >= end || index >= end) {
        refuseReference(layout, at, `type ${Math.max(element, index)}`);
      }
    } else checkList(layout, at, all);
    if (kind === BtfKind.FUNC_PROTO) checkList(layout, at, all);
  }
}
