/**
 * BTF as text: every type with its number, as `bpftool btf dump` lists them, or one type in C.
 * (A whole C header is the WebAssembly module's business.)
 *
 * @module
 */
import type { Btf } from "./btf.ts";
import { BtfKind, kindName } from "./kinds.ts";
import { declaration, typeName } from "./c_types.ts";

function quoted(name: string): string {
  return name === "" ? "'(anon)'" : `'${name}'`;
}

const ENCODINGS: Readonly<Record<number, string>> = {
  0: "(none)",
  1: "SIGNED",
  2: "CHAR",
  4: "BOOL",
};
const LINKAGES = ["static", "global", "extern"];

function memberLines(btf: Btf, id: number): string[] {
  return btf.members(id).map(({ name, type, bitOffset, bitSize }) => {
    const width = bitSize > 0 ? ` bitfield_size=${bitSize}` : "";
    return `\t${quoted(name)} type_id=${type} bits_offset=${bitOffset}${width}`;
  });
}

interface Details {
  readonly head: string;
  readonly lines: readonly string[];
}

function enumDetails(btf: Btf, id: number): Details {
  const isSigned = btf.flag(id);
  const suffix = btf.kind(id) === BtfKind.ENUM ? "" : isSigned ? "LL" : "ULL";
  const encoding = isSigned ? "SIGNED" : "UNSIGNED";
  const head = `encoding=${encoding} size=${btf.word(id, 2)} vlen=${btf.vlen(id)}`;
  const lines = btf.enumerators(id).map(({ name, value }) =>
    `\t${quoted(name)} val=${value}${suffix}`
  );
  return { head, lines };
}

function sectionDetails(btf: Btf, id: number): Details {
  const lines = btf.variables(id).map(({ type, offset, size }) =>
    `\ttype_id=${type} offset=${offset} size=${size} (${kindName(btf.kind(type))} ` +
    `${quoted(btf.name(type))})`
  );
  return { head: `size=${btf.word(id, 2)} vlen=${btf.vlen(id)}`, lines };
}

/** Kinds with a list. */
function listDetails(btf: Btf, id: number): Details | undefined {
  switch (btf.kind(id)) {
    case BtfKind.STRUCT:
    case BtfKind.UNION:
      return { head: `size=${btf.word(id, 2)} vlen=${btf.vlen(id)}`, lines: memberLines(btf, id) };
    case BtfKind.ENUM:
    case BtfKind.ENUM64:
      return enumDetails(btf, id);
    case BtfKind.FUNC_PROTO: {
      const lines = btf.parameters(id).map(({ name, type }) => `\t${quoted(name)} type_id=${type}`);
      return { head: `ret_type_id=${btf.ref(id)} vlen=${btf.vlen(id)}`, lines };
    }
    case BtfKind.DATASEC:
      return sectionDetails(btf, id);
  }
  return undefined;
}

/** What stands behind the name of kinds without a list. */
function headOf(btf: Btf, id: number): string {
  const size = btf.word(id, 2);
  switch (btf.kind(id)) {
    case BtfKind.INT: {
      const { encoding, offset, bits } = btf.int(id);
      const shown = ENCODINGS[encoding] ?? "UNKN";
      return `size=${size} bits_offset=${offset} nr_bits=${bits} encoding=${shown}`;
    }
    case BtfKind.ARRAY: {
      const { element, index, length } = btf.array(id);
      return `type_id=${element} index_type_id=${index} nr_elems=${length}`;
    }
    case BtfKind.FWD:
      return `fwd_kind=${btf.flag(id) ? "union" : "struct"}`;
    case BtfKind.FUNC:
      return `type_id=${btf.ref(id)} linkage=${LINKAGES[btf.vlen(id)] ?? "unknown"}`;
    case BtfKind.VAR:
      return `type_id=${btf.ref(id)}, linkage=${LINKAGES[btf.word(id, 3)] ?? "unknown"}`;
    case BtfKind.FLOAT:
      return `size=${size}`;
    case BtfKind.DECL_TAG:
      return `type_id=${btf.ref(id)} component_idx=${btf.word(id, 3) | 0}`;
    default:
      return `type_id=${btf.ref(id)}`;
  }
}

/** One type as `bpftool btf dump` lists it. */
export function btfTypeText(btf: Btf, id: number): string {
  const { head, lines } = listDetails(btf, id) ?? { head: headOf(btf, id), lines: [] };
  const first = `[${id}] ${kindName(btf.kind(id))} ${quoted(btf.name(id))} ${head}`;
  return [first, ...lines].join("\n");
}

/** All types as `bpftool btf dump` lists them. */
export function btfText(btf: Btf): string {
  const lines: string[] = [];
  for (let id = btf.firstId; id < btf.end; id++) lines.push(btfTypeText(btf, id));
  return `${lines.join("\n")}\n`;
}

function bodyLines(btf: Btf, id: number): string[] {
  const kind = btf.kind(id);
  if (kind === BtfKind.ENUM || kind === BtfKind.ENUM64) {
    return btf.enumerators(id).map(({ name, value }) => `\t${name} = ${value},`);
  }
  return btf.members(id).map(({ name, type, bitOffset, bitSize }) => {
    const width = bitSize > 0 ? `:${bitSize}` : "";
    const place = bitSize > 0
      ? `bits ${bitOffset} to ${bitOffset + bitSize - 1}`
      : `offset ${bitOffset / 8}, size ${btf.sizeOf(type) ?? 0}`;
    return `\t${declaration(btf, type, name)}${width}; /* ${place} */`;
  });
}

/**
 * One type in C, with the places of its members.
 *
 * @param btf The BTF.
 * @param id Number of the type.
 */
export function cTypeText(btf: Btf, id: number): string {
  switch (btf.kind(id)) {
    case BtfKind.STRUCT:
    case BtfKind.UNION:
    case BtfKind.ENUM:
    case BtfKind.ENUM64: {
      const lines = bodyLines(btf, id);
      return `${typeName(btf, id)} {\n${lines.join("\n")}\n}; /* size ${btf.word(id, 2)} */\n`;
    }
    case BtfKind.TYPEDEF:
      return `typedef ${declaration(btf, btf.ref(id), btf.name(id))};\n`;
    case BtfKind.FUNC:
    case BtfKind.VAR:
      return `${declaration(btf, btf.ref(id), btf.name(id))};\n`;
    default:
      return `${typeName(btf, id)};\n`;
  }
}
