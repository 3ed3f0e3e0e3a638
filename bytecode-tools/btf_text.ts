/**
 * BTF as text, one record a type, in the form that `bpftool btf dump` has made familiar.
 *
 * @module
 */
import type { Btf } from "./btf.ts";
import { BtfKind, kindName } from "./btf_kinds.ts";

const LINKAGES = ["static", "global", "extern"] as const;
const ENCODINGS: Readonly<Record<number, string>> = {
  0: "(none)",
  1: "SIGNED",
  2: "CHAR",
  4: "BOOL",
};

function quoted(name: string): string {
  return name === "" ? "(anon)" : name;
}

function linkageText(number: number): string {
  return LINKAGES[number] ?? "(unknown)";
}

function memberLines(btf: Btf, id: number): string[] {
  const hasBitFields = btf.flag(id);
  return btf.members(id).map(({ name, type, bitOffset, bitSize }) => {
    const bits = hasBitFields && bitSize > 0 ? ` bitfield_size=${bitSize}` : "";
    return `\t'${quoted(name)}' type_id=${type} bits_offset=${bitOffset}${bits}`;
  });
}

function enumLines(btf: Btf, id: number): string[] {
  const isWide = btf.kind(id) === BtfKind.ENUM64;
  const suffix = isWide ? btf.flag(id) ? "LL" : "ULL" : "";
  return btf.enumerators(id).map(({ name, value }) => `\t'${quoted(name)}' val=${value}${suffix}`);
}

function variableLines(btf: Btf, id: number): string[] {
  return btf.variables(id).map(({ type, offset, size }) => {
    const kind = kindName(btf.kind(type)).toUpperCase();
    const what = kind === "FUNC" || kind === "VAR" ? ` (${kind} '${btf.name(type)}')` : "";
    return `\ttype_id=${type} offset=${offset} size=${size}${what}`;
  });
}

/** What stands behind the name, and the lines below. */
function details(btf: Btf, id: number): readonly [string, ...string[]] {
  const size = btf.word(id, 2);
  switch (btf.kind(id)) {
    case BtfKind.INT: {
      const { encoding, offset, bits } = btf.int(id);
      const word = ENCODINGS[encoding] ?? "UNKN";
      return [`size=${size} bits_offset=${offset} nr_bits=${bits} encoding=${word}`];
    }
    case BtfKind.ARRAY: {
      const { element, index, length } = btf.array(id);
      return [`type_id=${element} index_type_id=${index} nr_elems=${length}`];
    }
    case BtfKind.STRUCT:
    case BtfKind.UNION:
      return [`size=${size} vlen=${btf.vlen(id)}`, ...memberLines(btf, id)];
    case BtfKind.ENUM:
    case BtfKind.ENUM64: {
      const encoding = btf.flag(id) ? "SIGNED" : "UNSIGNED";
      return [`encoding=${encoding} size=${size} vlen=${btf.vlen(id)}`, ...enumLines(btf, id)];
    }
    case BtfKind.FWD:
      return [`fwd_kind=${btf.flag(id) ? "union" : "struct"}`];
    case BtfKind.FUNC:
      return [`type_id=${size} linkage=${linkageText(btf.vlen(id))}`];
    case BtfKind.FUNC_PROTO: {
      const lines = btf.parameters(id).map(({ name, type }) =>
        `\t'${quoted(name)}' type_id=${type}`
      );
      return [`ret_type_id=${size} vlen=${btf.vlen(id)}`, ...lines];
    }
    case BtfKind.VAR:
      return [`type_id=${size}, linkage=${linkageText(btf.word(id, 3))}`];
    case BtfKind.DATASEC:
      return [`size=${size} vlen=${btf.vlen(id)}`, ...variableLines(btf, id)];
    case BtfKind.FLOAT:
      return [`size=${size}`];
    case BtfKind.DECL_TAG:
      return [`type_id=${size} component_idx=${btf.word(id, 3) | 0}`];
    default:
      return [`type_id=${size}`];
  }
}

/** One type as lines without a newline at the end. */
export function typeRecordText(btf: Btf, id: number): string {
  const [rest, ...lines] = details(btf, id);
  const kind = kindName(btf.kind(id)).toUpperCase();
  return [`[${id}] ${kind} '${quoted(btf.name(id))}' ${rest}`, ...lines].join("\n");
}

/** All types of BTF, its base's not included. */
export function btfText(btf: Btf): string {
  const records: string[] = [];
  for (let id = btf.firstId; id < btf.end; id++) records.push(typeRecordText(btf, id));
  return `${records.join("\n")}\n`;
}
