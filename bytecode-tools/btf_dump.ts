/**
 * BTF as text: every type with its number, as `bpftool btf dump` lists them, or one type in C.
 * (A whole C header is the WebAssembly module's business.)
 *
 * @module
 */
import type { Btf } from "./btf.ts";
import { BtfKind, kindName } from "./btf_kinds.ts";
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

function details(
  btf: Btf,
  id: number,
): { readonly head: string; readonly lines: readonly string[] } {
  const kind = btf.kind(id);
  const size = btf.word(id, 2);
  const vlen = btf.vlen(id);
  switch (kind) {
    case BtfKind.INT: {
      const { encoding, offset, bits } = btf.int(id);
      const shown = ENCODINGS[encoding] ?? "UNKN";
      const head = `size=${size} bits_offset=${offset} nr_bits=${bits} encoding=${shown}`;
      return { head, lines: [] };
    }
    case BtfKind.ARRAY: {
      const { element, index, length } = btf.array(id);
      const head = `type_id=${element} index_type_id=${index} nr_elems=${length}`;
      return { head, lines: [] };
    }
    case BtfKind.STRUCT:
    case BtfKind.UNION:
      return { head: `size=${size} vlen=${vlen}`, lines: memberLines(btf, id) };
    case BtfKind.ENUM:
    case BtfKind.ENUM64: {
      const encoding = btf.flag(id) ? "SIGNED" : "UNSIGNED";
      const suffix = kind === BtfKind.ENUM ? "" : btf.flag(id) ? "LL" : "ULL";
      const lines = btf.enumerators(id).map(({ name, value }) =>
        `\t${quoted(name)} val=${value}${suffix}`
      );
      return { head: `encoding=${encoding} size=${size} vlen=${vlen}`, lines };
    }
    case BtfKind.FWD:
      return { head: `fwd_kind=${btf.flag(id) ? "union" : "struct"}`, lines: [] };
    case BtfKind.FUNC:
      return { head: `type_id=${btf.ref(id)} linkage=${LINKAGES[vlen] ?? "unknown"}`, lines: [] };
    case BtfKind.FUNC_PROTO: {
      const lines = btf.parameters(id).map(({ name, type }) => `\t${quoted(name)} type_id=${type}`);
      return { head: `ret_type_id=${btf.ref(id)} vlen=${vlen}`, lines };
    }
    case BtfKind.VAR: {
      const linkage = LINKAGES[btf.word(id, 3)] ?? "unknown";
      return { head: `type_id=${btf.ref(id)}, linkage=${linkage}`, lines: [] };
    }
    case BtfKind.DATASEC: {
      const lines = btf.variables(id).map(({ type, offset, size: bytes }) =>
        `\ttype_id=${type} offset=${offset} size=${bytes} (${kindName(btf.kind(type))} ` +
        `${quoted(btf.name(type))})`
      );
      return { head: `size=${size} vlen=${vlen}`, lines };
    }
    case BtfKind.FLOAT:
      return { head: `size=${size}`, lines: [] };
    case BtfKind.DECL_TAG:
      return { head: `type_id=${btf.ref(id)} component_idx=${btf.word(id, 3) | 0}`, lines: [] };
    default:
      return { head: `type_id=${btf.ref(id)}`, lines: [] };
  }
}

/** One type as `bpftool btf dump` lists it. */
export function btfTypeText(btf: Btf, id: number): string {
  const { head, lines } = details(btf, id);
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
