/**
 * What BTF must mean: sizes, encodings, members within their struct, no type inside itself. The
 * rules of the kernel's checker, without those that only hold after a loader has filled in
 * section offsets.
 *
 * @module
 */
import type { Btf } from "./btf.ts";
import { checkCycles } from "./cycles.ts";
import { BtfKind, isModifier, kindName } from "./kinds.ts";
import { refuse } from "../errors.ts";

/** A type under check. */
interface Subject {
  readonly btf: Btf;
  readonly id: number;
  readonly kind: number;
}

function wrong({ btf, id, kind }: Subject, rule: string, fault: string): never {
  const name = btf.name(id);
  const shown = name === "" ? "" : ` "${name.slice(0, 80)}"`;
  const message = `Type ${id} (${kindName(kind)}${shown}) ${fault}`;
  refuse(rule, message, { offset: btf.offsetOf(id), section: ".BTF" });
}

function checkName(subject: Subject): void {
  const { btf, id, kind } = subject;
  const isNamed = btf.hasText(btf.word(id, 0));
  switch (kind) {
    case BtfKind.INT:
    case BtfKind.FLOAT:
    case BtfKind.FWD:
    case BtfKind.TYPEDEF:
    case BtfKind.FUNC:
    case BtfKind.VAR:
    case BtfKind.DATASEC:
    case BtfKind.DECL_TAG:
    case BtfKind.TYPE_TAG:
      if (!isNamed) wrong(subject, "btf-name", "has no name: it must have one");
      return;
    case BtfKind.PTR:
    case BtfKind.ARRAY:
    case BtfKind.VOLATILE:
    case BtfKind.CONST:
    case BtfKind.RESTRICT:
    case BtfKind.FUNC_PROTO:
      if (isNamed) wrong(subject, "btf-name", "has a name: it must have none");
  }
}

const INT_SIZES: ReadonlySet<number> = new Set([1, 2, 4, 8, 16]);
const FLOAT_SIZES: ReadonlySet<number> = new Set([2, 4, 8, 12, 16]);
const ENUM_SIZES: ReadonlySet<number> = new Set([1, 2, 4, 8]);

function checkInt(subject: Subject): void {
  const { btf, id } = subject;
  const size = btf.word(id, 2);
  const { encoding, offset, bits } = btf.int(id);
  if (!INT_SIZES.has(size)) wrong(subject, "btf-int", `has ${size} bytes: 1, 2, 4, 8 or 16`);
  if (bits === 0 || offset + bits > size * 8) {
    wrong(subject, "btf-int", `has bits ${offset} to ${offset + bits} in ${size} bytes`);
  }
  // bits 8 to 15 and 28 to 31 of the description mean nothing and must be zero
  if (encoding > 7 || (btf.word(id, 3) & 0xf000ff00) !== 0) {
    wrong(subject, "btf-int", `has the unknown encoding ${encoding}`);
  }
}

/** True when values of a type have a size: members, elements, variables. */
function hasValue(btf: Btf, id: number): boolean {
  const target = btf.resolve(id);
  const kind = btf.kind(target);
  return target !== 0 && (kind <= BtfKind.ENUM || kind === BtfKind.FLOAT ||
    kind === BtfKind.ENUM64);
}

function checkArray(subject: Subject): void {
  const { btf, id } = subject;
  const { element, index } = btf.array(id);
  if (!hasValue(btf, element)) {
    wrong(subject, "btf-array", `has elements of type ${element}, which has no values`);
  }
  const indexKind = btf.kind(btf.resolve(index));
  if (indexKind !== BtfKind.INT) {
    wrong(subject, "btf-array", `has an index of type ${index}, which is no integer`);
  }
  const size = btf.sizeOf(id);
  if (size === undefined || size > 0xffffffff) {
    wrong(subject, "btf-array", "has no size that fits 32 bits");
  }
}

function checkBitField(subject: Subject, type: number, bits: number): void {
  const { btf } = subject;
  const kind = btf.kind(btf.resolve(type));
  if (kind !== BtfKind.INT && kind !== BtfKind.ENUM && kind !== BtfKind.ENUM64) {
    wrong(subject, "btf-bit-field", `has a bit field of type ${type}, which is no integer`);
  }
  if (bits > (btf.sizeOf(type) ?? 0) * 8) {
    wrong(subject, "btf-bit-field", `has a bit field of ${bits} bits: more than its type has`);
  }
}

function checkComposite(subject: Subject): void {
  const { btf, id, kind } = subject;
  const size = btf.word(id, 2);
  const hasBitFields = btf.flag(id);
  const vlen = btf.vlen(id);
  for (let n = 0; n < vlen; n++) {
    const type = btf.word(id, 4 + n * 3);
    const place = btf.word(id, 5 + n * 3);
    const offset = hasBitFields ? place & 0xffffff : place;
    const bits = hasBitFields ? place >>> 24 : 0;
    if (!hasValue(btf, type)) {
      wrong(subject, "btf-member", `has member ${n} of type ${type}, which has no values`);
    }
    if (bits !== 0) checkBitField(subject, type, bits);
    else if (kind === BtfKind.UNION && offset !== 0) {
      wrong(subject, "btf-member", `has member ${n} at bit ${offset}: all of a union are at 0`);
    }
    const end = offset + (bits || oldBits(btf, type) || (btf.sizeOf(type) ?? 0) * 8);
    if (end > size * 8) {
      wrong(subject, "btf-member", `has member ${n} up to bit ${end}: it has ${size} bytes`);
    }
  }
}

/** Bit fields without the kind flag are integers of fewer bits than their bytes have. */
function oldBits(btf: Btf, type: number): number {
  const target = btf.resolve(type);
  if (btf.kind(target) !== BtfKind.INT) return 0;
  const { offset, bits } = btf.int(target);
  return offset + bits;
}

function checkEnum(subject: Subject): void {
  const { btf, id, kind } = subject;
  const size = btf.word(id, 2);
  if (!ENUM_SIZES.has(size)) wrong(subject, "btf-enum", `has ${size} bytes: 1, 2, 4 or 8`);
  const step = kind === BtfKind.ENUM ? 2 : 3;
  for (let n = 0; n < btf.vlen(id); n++) {
    if (!btf.hasText(btf.word(id, 3 + n * step))) {
      wrong(subject, "btf-enum", `has constant ${n} without a name`);
    }
  }
}

function checkPrototype(subject: Subject): void {
  const { btf, id } = subject;
  const vlen = btf.vlen(id);
  for (let n = 0; n < vlen; n++) {
    const type = btf.word(id, 4 + n * 2);
    const isDots = n === vlen - 1 && type === 0;
    // void ends a list of variable length; a forward-declared struct may stand in a declaration
    if (isDots || hasValue(btf, type) || btf.kind(btf.resolve(type)) === BtfKind.FWD) continue;
    wrong(subject, "btf-parameter", `has parameter ${n} of type ${type}, which has no values`);
  }
}

function checkSection(subject: Subject): void {
  const { btf, id } = subject;
  const size = btf.word(id, 2);
  let end = 0;
  for (const { type, offset, size: bytes } of btf.variables(id)) {
    const kind = btf.kind(type);
    if (kind !== BtfKind.VAR && kind !== BtfKind.FUNC) {
      wrong(subject, "btf-section", `lists type ${type}, which is no variable`);
    }
    // compilers leave sizes and offsets empty; loaders fill them in from the symbols
    if (size === 0) continue;
    if (offset < end || offset + bytes > size) {
      wrong(
        subject,
        "btf-section",
        `has a variable from ${offset} to ${offset + bytes}: out of ` +
          `order or past its end at ${size}`,
      );
    }
    end = offset + bytes;
  }
}

function checkTag(subject: Subject): void {
  const { btf, id } = subject;
  const target = btf.word(id, 2);
  const component = btf.word(id, 3) | 0;
  const kind = btf.kind(target);
  const isList = kind === BtfKind.STRUCT || kind === BtfKind.UNION || kind === BtfKind.FUNC;
  const count = kind === BtfKind.FUNC ? btf.vlen(btf.ref(target)) : btf.vlen(target);
  if (component === -1) return;
  if (component < -1 || !isList || component >= count) {
    wrong(subject, "btf-tag", `is about part ${component} of type ${target}, which has ${count}`);
  }
}

function checkFunction(subject: Subject): void {
  const { btf, id } = subject;
  if (btf.kind(btf.ref(id)) !== BtfKind.FUNC_PROTO) {
    wrong(subject, "btf-function", `refers to type ${btf.ref(id)}, which is no prototype`);
  }
  if (btf.vlen(id) > 2) wrong(subject, "btf-function", `has the unknown linkage ${btf.vlen(id)}`);
}

function checkVariable(subject: Subject): void {
  const { btf, id } = subject;
  const linkage = btf.word(id, 3);
  if (linkage > 2) wrong(subject, "btf-variable", `has the unknown linkage ${linkage}`);
  const kind = btf.kind(btf.resolve(btf.ref(id)));
  // external symbols of the kernel may be void or incomplete
  if (linkage === 2 || hasValue(btf, btf.ref(id))) return;
  wrong(subject, "btf-variable", `is of kind ${kindName(kind)}, which has no values`);
}

const CHECKS: Readonly<Record<number, (subject: Subject) => void>> = {
  [BtfKind.INT]: checkInt,
  [BtfKind.ARRAY]: checkArray,
  [BtfKind.STRUCT]: checkComposite,
  [BtfKind.UNION]: checkComposite,
  [BtfKind.ENUM]: checkEnum,
  [BtfKind.ENUM64]: checkEnum,
  [BtfKind.FUNC]: checkFunction,
  [BtfKind.FUNC_PROTO]: checkPrototype,
  [BtfKind.VAR]: checkVariable,
  [BtfKind.DATASEC]: checkSection,
  [BtfKind.DECL_TAG]: checkTag,
};

function checkReference(subject: Subject): void {
  const { btf, id, kind } = subject;
  if (kind === BtfKind.FLOAT && !FLOAT_SIZES.has(btf.word(id, 2))) {
    wrong(subject, "btf-float", `has ${btf.word(id, 2)} bytes`);
  }
  if (!isModifier(kind) && kind !== BtfKind.TYPEDEF && kind !== BtfKind.PTR) return;
  const target = btf.kind(btf.ref(id));
  const isType = target !== BtfKind.FUNC && target !== BtfKind.VAR && target !== BtfKind.DATASEC &&
    target !== BtfKind.DECL_TAG;
  if (!isType) wrong(subject, "btf-reference", `refers to a ${kindName(target)}`);
}

/**
 * Checks what BTF means.
 *
 * @param btf BTF whose references exist.
 * @throws {BytecodeError} At the first type that is wrong.
 */
export function checkBtf(btf: Btf): void {
  checkCycles(btf);
  for (let id = btf.firstId; id < btf.end; id++) {
    const kind = btf.kind(id);
    const subject = { btf, id, kind };
    checkName(subject);
    checkReference(subject);
    CHECKS[kind]?.(subject);
  }
}
