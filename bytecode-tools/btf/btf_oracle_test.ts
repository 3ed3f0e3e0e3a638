import { deepEqual, equal, ok } from "node:assert/strict";
import { compile } from "../../tests/support/compile.ts";
import { objectsOfBothOrders } from "../../tests/support/both_orders.ts";
import { type Btf, readBtf } from "./btf.ts";
import { checkBtf } from "./check.ts";
import { btfText, cTypeText } from "./dump.ts";
import { BtfKind, isReference, isSized, kindName } from "./kinds.ts";
import { sectionBytes, sectionNamed } from "../elf/gate.ts";
import { gateObject } from "../object/gate.ts";

const KERNEL_BTF = "/sys/kernel/btf/vmlinux";

/** A type as `bpftool -j btf dump` tells it. */
interface ToolType {
  readonly id: number;
  readonly kind: string;
  readonly name: string;
  readonly size?: number;
  readonly type_id?: number;
  readonly ret_type_id?: number;
  readonly nr_elems?: number;
  readonly index_type_id?: number;
  readonly members?: readonly {
    readonly name: string;
    readonly type_id: number;
    readonly bits_offset: number;
    readonly bitfield_size?: number;
  }[];
  readonly params?: readonly { readonly name: string; readonly type_id: number }[];
  readonly encoding?: string;
  readonly values?: readonly { readonly name: string; readonly val: bigint }[];
  readonly vars?: readonly {
    readonly type_id: number;
    readonly offset: number;
    readonly size: number;
  }[];
}

/** Constants beyond 53 bits keep all their digits. */
function exactValues(key: string, value: unknown, context?: { readonly source: string }): unknown {
  return key === "val" && context !== undefined ? BigInt(context.source) : value;
}

/** bpftool 7.1 shows large constants of unsigned 32-bit enumerations with their sign extended. */
function constant({ kind, encoding }: ToolType, value: bigint): bigint {
  return kind === "ENUM" && encoding === "UNSIGNED" ? BigInt.asUintN(32, value) : value;
}

function dump(path: string): ToolType[] {
  const { stdout, success } = new Deno.Command("bpftool", {
    args: ["-j", "btf", "dump", "file", path],
  }).outputSync();
  ok(success, "bpftool failed");
  return JSON.parse(new TextDecoder().decode(stdout), exactValues).types;
}

const ANONYMOUS = "(anon)";

function theirs(type: ToolType): unknown[] {
  const { id, kind, name, size, nr_elems: length, index_type_id: index } = type;
  const lists = [
    type.members?.map((member) => [
      member.name,
      member.type_id,
      member.bits_offset,
      member.bitfield_size ?? 0,
    ]),
    type.params?.map((parameter) => [parameter.name, parameter.type_id]),
    type.values?.map((value) => [value.name, constant(type, value.val)]),
    type.vars?.map((variable) => [variable.type_id, variable.offset, variable.size]),
  ];
  return [id, kind, name, size, type.type_id ?? type.ret_type_id, length, index, lists];
}

function named(name: string): string {
  return name === "" ? ANONYMOUS : name;
}

function listsOf(btf: Btf, id: number, kind: number): unknown[] {
  const isComposite = kind === BtfKind.STRUCT || kind === BtfKind.UNION;
  const isEnum = kind === BtfKind.ENUM || kind === BtfKind.ENUM64;
  return [
    isComposite
      ? btf.members(id).map(({ name, type, bitOffset, bitSize }) => [
        named(name),
        type,
        bitOffset,
        bitSize,
      ])
      : undefined,
    kind === BtfKind.FUNC_PROTO
      ? btf.parameters(id).map(({ name, type }) => [named(name), type])
      : undefined,
    isEnum ? btf.enumerators(id).map(({ name, value }) => [name, value]) : undefined,
    kind === BtfKind.DATASEC
      ? btf.variables(id).map(({ type, offset, size }) => [type, offset, size])
      : undefined,
  ];
}

function ours(btf: Btf, id: number): unknown[] {
  const kind = btf.kind(id);
  const isArray = kind === BtfKind.ARRAY;
  const array = btf.array(id);
  const target = isArray ? array.element : isReference(kind) ? btf.ref(id) : undefined;
  return [
    id,
    kindName(kind),
    named(btf.name(id)),
    isSized(kind) ? btf.word(id, 2) : undefined,
    target,
    isArray ? array.length : undefined,
    isArray ? array.index : undefined,
    listsOf(btf, id, kind),
  ];
}

function compare(btf: Btf, types: readonly ToolType[], what: string): void {
  deepEqual(btf.end - 1, types.length, what);
  for (const type of types) deepEqual(ours(btf, type.id), theirs(type), `${what}, ${type.id}`);
}

Deno.test("readBtf() reads the types of objects that bpftool reads, in both byte orders", () => {
  const path = Deno.makeTempFileSync({ suffix: ".o" });
  try {
    for (const { name, bytes } of objectsOfBothOrders()) {
      Deno.writeFileSync(path, bytes);
      const { file } = gateObject(bytes);
      const section = sectionNamed(file, ".BTF");
      ok(section !== undefined, name);
      compare(readBtf(sectionBytes(file, section)), dump(path), name);
    }
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test("readBtf() reads the types of this machine's kernel that bpftool reads", () => {
  const btf = readBtf(Deno.readFileSync(KERNEL_BTF));
  checkBtf(btf);
  compare(btf, dump(KERNEL_BTF), "vmlinux");
});

Deno.test("Btf.find() finds what a walk over all types finds", () => {
  const btf = readBtf(Deno.readFileSync(KERNEL_BTF));
  const first = new Map<string, number>();
  for (let id = 1; id < btf.end; id++) {
    const key = `${btf.kind(id)} ${btf.name(id)}`;
    if (btf.name(id) !== "" && !first.has(key)) first.set(key, id);
  }
  ok(first.size > 10_000);
  for (const [key, id] of first) {
    const [kind = "", ...name] = key.split(" ");
    deepEqual(btf.find(name.join(" "), Number(kind)), id);
  }
  deepEqual(btf.find("no such type"), 0);
});

Deno.test("btfText() writes what bpftool writes, for objects and this machine's kernel", () => {
  const kernel = readBtf(Deno.readFileSync(KERNEL_BTF));
  equal(btfText(kernel), dumpText(KERNEL_BTF));
  const path = Deno.makeTempFileSync({ suffix: ".o" });
  try {
    for (const { name, bytes } of objectsOfBothOrders()) {
      Deno.writeFileSync(path, bytes);
      const { btf } = gateObject(bytes);
      ok(btf !== undefined);
      equal(btfText(btf), dumpText(path), name);
    }
  } finally {
    Deno.removeSync(path);
  }
});

function dumpText(path: string): string {
  const { stdout } = new Deno.Command("bpftool", { args: ["btf", "dump", "file", path] })
    .outputSync();
  // this version of bpftool extends the sign of unsigned 32-bit constants, but only in JSON
  return new TextDecoder().decode(stdout);
}

Deno.test("cTypeText() writes one type with the places of its members", () => {
  const source = `typedef int (*callback)(void *, const char *name);
    enum color { RED, GREEN = 5 };
    struct value { char name[6]; int low : 3; const struct value *next; callback call[2];
      enum color color; };
    struct value v; callback c;`;
  const { btf } = gateObject(compile(source));
  ok(btf !== undefined);
  equal(
    cTypeText(btf, btf.find("value")),
    `struct value {
\tchar name[6]; /* offset 0, size 6 */
\tint low:3; /* bits 48 to 50 */
\tconst struct value *next; /* offset 8, size 8 */
\tcallback call[2]; /* offset 16, size 16 */
\tenum color color; /* offset 32, size 4 */
}; /* size 40 */
`,
  );
  equal(
    cTypeText(btf, btf.find("color")),
    "enum color {\n\tRED = 0,\n\tGREEN = 5,\n}; /* size 4 */\n",
  );
  equal(cTypeText(btf, btf.find("callback")), "typedef int (*callback)(void *, const char *);\n");
});
