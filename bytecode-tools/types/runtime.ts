/**
 * The helpers at the top of generated TypeScript: generated files stand alone.
 *
 * @module
 */

/** Helpers as source, by name; a generated file carries those that it uses. */
export const HELPERS: Readonly<Record<string, string>> = {
  whole: `/** A whole number within the bounds of its bits. */
function whole(value: number | bigint, bits: number, signed: boolean, path: string): bigint {
  const low = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const high = signed ? (1n << BigInt(bits - 1)) - 1n : (1n << BigInt(bits)) - 1n;
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new RangeError(\`Cannot encode \${path}: \${value} is no whole number\`);
  }
  const number = BigInt(value);
  if (number < low || number > high) {
    throw new RangeError(\`Cannot encode \${path}: \${value} is not from \${low} to \${high}\`);
  }
  return number;
}`,
  bitAt: `/** Byte and bit of the n-th lowest bit of a bit field. */
function bitAt(offset: number, width: number, n: number): readonly [number, number] {
  const at = LITTLE ? offset + n : offset + width - 1 - n;
  return [at >>> 3, LITTLE ? at & 7 : 7 - (at & 7)];
}`,
  readBits: `/** Reads a bit field; the offset counts bits from the struct's first byte. */
function readBits(view: DataView, base: number, offset: number, width: number): bigint {
  let value = 0n;
  for (let n = 0; n < width; n++) {
    const [byte, bit] = bitAt(offset, width, n);
    if ((view.getUint8(base + byte) >>> bit & 1) !== 0) value |= 1n << BigInt(n);
  }
  return value;
}`,
  writeBits: `/** Writes a bit field; the bits around it stay. */
function writeBits(
  view: DataView,
  base: number,
  [offset, width]: readonly [number, number],
  value: bigint,
): void {
  for (let n = 0; n < width; n++) {
    const [byte, bit] = bitAt(offset, width, n);
    const old = view.getUint8(base + byte);
    const isSet = (value >> BigInt(n) & 1n) !== 0n;
    view.setUint8(base + byte, isSet ? old | 1 << bit : old & ~(1 << bit));
  }
}`,
  readText: `/** Text up to its first zero byte. */
function readText(view: DataView, at: number, size: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, size);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}`,
  writeText: `function writeText(view: DataView, at: number, size: number, value: string): void {
  const bytes = new TextEncoder().encode(value);
  if (bytes.length > size) {
    throw new RangeError(\`Cannot encode "\${value}": it has \${bytes.length} bytes, not \${size}\`);
  }
  new Uint8Array(view.buffer, view.byteOffset + at, size).set(bytes);
}`,
  readBytes: `function readBytes(view: DataView, at: number, size: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, size).slice();
}`,
  writeBytes:
    `function writeBytes(view: DataView, at: number, size: number, value: Uint8Array): void {
  if (value.length !== size) {
    throw new RangeError(\`Cannot encode \${value.length} bytes: \${size} are wanted\`);
  }
  new Uint8Array(view.buffer, view.byteOffset + at, size).set(value);
}`,
  list: `function list<Item>(value: readonly Item[], length: number): readonly Item[] {
  if (value.length !== length) {
    throw new RangeError(\`Cannot encode a list of \${value.length}: \${length} are wanted\`);
  }
  return value;
}`,
  nameOf: `/** Name of a constant, or the number when none has it. */
function nameOf<Name extends string, Value extends number | bigint>(
  constants: Readonly<Record<Name, Value>>,
  value: Value,
): Name | Value {
  for (const name in constants) if (constants[name] === value) return name;
  return value;
}`,
  constantOf: `function constantOf<Name extends string, Value extends number | bigint>(
  constants: Readonly<Record<Name, Value>>,
  value: Name | Value,
): Value {
  if (typeof value !== "string") return value as Value;
  if (Object.hasOwn(constants, value)) return constants[value as Name];
  throw new RangeError(\`Cannot encode "\${value}": no such constant\`);
}`,
};

/** Helpers that other helpers use. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  readBits: ["bitAt"],
  writeBits: ["bitAt"],
};

/** Source of the helpers that a text uses. */
export function usedHelpers(text: string): string[] {
  const used = new Set(
    Object.keys(HELPERS).filter((name) => new RegExp(`\\b${name}(?:<|\\()`).test(text)),
  );
  for (const name of used) for (const other of NEEDS[name] ?? []) used.add(other);
  return Object.keys(HELPERS).filter((name) => used.has(name)).map((name) => HELPERS[name] ?? "");
}
