/**
 * TypeScript source that reads and writes values of a shape.
 *
 * @module
 */
import type { FieldShape, Shape } from "../values/shapes.ts";
import { access, commentText, Names, pascalCase, property } from "./names.ts";

type Composite = Shape & { readonly kind: "struct" | "union" };
type Enum = Shape & { readonly kind: "enum" };

const ACCESSORS: Readonly<Record<number, string>> = {
  1: "Int8",
  2: "Int16",
  4: "Int32",
  8: "BigInt64",
};

function accessor(size: number, isSigned: boolean): string | undefined {
  const name = ACCESSORS[size];
  if (name === undefined || isSigned) return name;
  return size === 8 ? "BigUint64" : name.replace("Int", "Uint");
}

/** Adds a number to an expression of an offset. */
function plus(at: string, offset: number): string {
  if (offset === 0) return at;
  return at === "0" ? String(offset) : `${at} + ${offset}`;
}

/** Name of a loop's variable: arrays of arrays have loops in loops. */
function indexName(element: Shape): string {
  let depth = 0;
  for (let at = element; at.kind === "array"; at = at.element) depth++;
  return `n${depth}`;
}

/** Writes declarations for shapes, each struct, union and enumeration once. */
export class TypeEmitter {
  readonly #names = new Names();
  readonly #known = new Map<string, string>();
  readonly #declarations: string[] = [];

  /** Declarations so far, in the order in which they were needed. */
  get declarations(): readonly string[] {
    return this.#declarations;
  }

  /** The TypeScript type of a shape; declares what it needs. `context` names anonymous types. */
  type(shape: Shape, context: string): string {
    switch (shape.kind) {
      case "bool":
        return "boolean";
      case "int":
        return shape.size <= 4 ? "number" : "bigint";
      case "pointer":
        return "bigint";
      case "float":
        return shape.size === 4 || shape.size === 8 ? "number" : "Uint8Array";
      case "text":
        return "string";
      case "bytes":
        return "Uint8Array";
      case "array":
        return `readonly (${this.type(shape.element, context)})[]`;
      case "enum":
        return this.#enum(shape, context);
      default:
        return this.#composite(shape, context);
    }
  }

  /** An expression that reads a shape at an offset of `view`. */
  read(shape: Shape, at: string, context: string): string {
    switch (shape.kind) {
      case "bool":
        return `view.getUint8(${at}) !== 0`;
      case "int":
      case "pointer":
        return this.#readNumber(shape, at);
      case "float":
        if (shape.size !== 4 && shape.size !== 8) return `readBytes(view, ${at}, ${shape.size})`;
        return `view.getFloat${shape.size * 8}(${at}, LITTLE)`;
      case "text":
        return `readText(view, ${at}, ${shape.size})`;
      case "bytes":
        return `readBytes(view, ${at}, ${shape.size})`;
      case "array": {
        const { element, length } = shape;
        const index = indexName(element);
        const item = this.read(element, `${at} + ${index} * ${element.size}`, context);
        return `Array.from({ length: ${length} }, (_, ${index}) => ${item})`;
      }
      case "enum":
        return `nameOf(${this.type(shape, context)}, ${this.#readNumber(shape, at)})`;
      default:
        return `read${this.type(shape, context)}(view, ${at})`;
    }
  }

  /** A statement that writes `value` of a shape at an offset of `view`. */
  write(shape: Shape, at: string, value: string, context: string): string {
    switch (shape.kind) {
      case "bool":
        return `view.setUint8(${at}, ${value} ? 1 : 0);`;
      case "int":
      case "pointer":
      case "enum":
        return this.#writeNumber(shape, at, value, context);
      case "float":
        if (shape.size !== 4 && shape.size !== 8) break;
        return `view.setFloat${shape.size * 8}(${at}, ${value}, LITTLE);`;
      case "text":
        return `writeText(view, ${at}, ${shape.size}, ${value});`;
      case "array": {
        const { element, length } = shape;
        const index = indexName(element);
        const place = `${at} + ${index} * ${element.size}`;
        const statement = this.write(element, place, `item${index}`, context);
        return `list(${value}, ${length}).forEach((item${index}, ${index}) => { ${statement} });`;
      }
      case "struct":
      case "union":
        return `write${this.type(shape, context)}(view, ${at}, ${value});`;
    }
    return `writeBytes(view, ${at}, ${shape.size}, ${value});`;
  }

  #isSigned(shape: Shape): boolean {
    return "isSigned" in shape && shape.isSigned;
  }

  #readNumber(shape: Shape, at: string): string {
    const name = accessor(shape.size, this.#isSigned(shape));
    if (name === undefined) {
      const bits = `readBits(view, ${at}, 0, ${shape.size * 8})`;
      return this.#isSigned(shape) ? `BigInt.asIntN(${shape.size * 8}, ${bits})` : bits;
    }
    return shape.size === 1 ? `view.get${name}(${at})` : `view.get${name}(${at}, LITTLE)`;
  }

  #number(shape: Shape, value: string, bits: number, context: string): string {
    const number = shape.kind === "enum"
      ? `constantOf(${this.type(shape, context)}, ${value})`
      : value;
    if (shape.kind === "bool") return `BigInt(${value})`;
    return `whole(${number}, ${bits}, ${this.#isSigned(shape)}, ${JSON.stringify(context)})`;
  }

  #writeNumber(shape: Shape, at: string, value: string, context: string): string {
    const number = this.#number(shape, value, shape.size * 8, context);
    const name = accessor(shape.size, this.#isSigned(shape));
    if (name === undefined) return `writeBits(view, ${at}, [0, ${shape.size * 8}], ${number});`;
    const narrow = shape.size === 8 ? number : `Number(${number})`;
    const order = shape.size === 1 ? "" : ", LITTLE";
    return `view.set${name}(${at}, ${narrow}${order});`;
  }

  #enum(shape: Enum, context: string): string {
    const key = `${shape.cName} ${shape.size} ${shape.constants.map(({ name }) => name).join()}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const bare = shape.cName.replace(/^enum /, "");
    const name = this.#names.take(pascalCase(bare.startsWith("(") ? context : bare));
    this.#known.set(key, name);
    const suffix = shape.size > 4 ? "n" : "";
    const lines = shape.constants.map((entry) =>
      `  ${property(entry.name)}: ${entry.value}${suffix},`
    );
    const type = shape.size > 4 ? "bigint" : "number";
    this.#declarations.push(
      `/** Constants of \`${
        commentText(shape.cName)
      }\`. */\nexport const ${name}: Readonly<Record<${name}Name, ` +
        `${type}>> = {\n${lines.join("\n")}\n};\n` +
        `/** Names of the constants of \`${
          commentText(shape.cName)
        }\`. */\nexport type ${name}Name = ` +
        `${shape.constants.map((entry) => JSON.stringify(entry.name)).join(" | ") || "never"};\n` +
        `/** A constant of \`${commentText(shape.cName)}\`, or a number that has no name. */\n` +
        `export type ${name} = ${name}Name | ${type};`,
    );
    return name;
  }

  #composite(shape: Composite, context: string): string {
    const isNamed = shape.name !== "";
    const key = isNamed ? shape.cName : `${context} ${JSON.stringify(fieldKey(shape))}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = this.#names.take(pascalCase(isNamed ? shape.name : context));
    this.#known.set(key, name);
    const question = shape.kind === "union" ? "?" : "";
    const fields = shape.fields.map((field) =>
      `  readonly ${property(field.name)}${question}: ${this.#fieldType(field, name)};`
    );
    const reads = shape.fields.map((field) =>
      `    ${property(field.name)}: ${this.#readField(field, name)},`
    );
    const writes = shape.fields.map((field) => this.#writeField(shape, field, name));
    this.#declarations.push(
      `/** \`${commentText(shape.cName)}\`, ${shape.size} bytes. */\nexport interface ${name} {\n` +
        `${fields.join("\n")}\n}`,
      `function read${name}(view: DataView, at: number): ${name} {\n  return {\n` +
        `${reads.join("\n")}\n  };\n}`,
      `function write${name}(view: DataView, at: number, value: ${name}): void {\n` +
        `${writes.join("\n")}\n}`,
    );
    return name;
  }

  #fieldType(field: FieldShape, parent: string): string {
    return this.type(field.shape, `${parent}_${field.name}`);
  }

  #readField(field: FieldShape, parent: string): string {
    const context = `${parent}_${field.name}`;
    const { bits, shape } = field;
    if (bits === undefined) return this.read(shape, plus("at", field.offset), context);
    const raw = `readBits(view, at, ${bits.offset}, ${bits.width})`;
    if (shape.kind === "bool") return `${raw} !== 0n`;
    const signed = this.#isSigned(shape) ? `BigInt.asIntN(${bits.width}, ${raw})` : raw;
    const number = shape.size <= 4 ? `Number(${signed})` : signed;
    return shape.kind === "enum" ? `nameOf(${this.type(shape, context)}, ${number})` : number;
  }

  #writeField(parent: Composite, field: FieldShape, parentName: string): string {
    const context = `${parentName}_${field.name}`;
    const { bits, shape, offset } = field;
    const value = access("value", field.name);
    const statement = bits === undefined
      ? this.write(shape, plus("at", offset), value, context)
      : `writeBits(view, at, [${bits.offset}, ${bits.width}], ` +
        `${this.#number(shape, value, bits.width, context)});`;
    return parent.kind === "union"
      ? `  if (${value} !== undefined) ${statement}`
      : `  ${statement}`;
  }
}

/** What tells two anonymous structs of the same place apart. */
function fieldKey(shape: Composite): unknown {
  return shape.fields.map(({ name, offset, shape: { cName } }) => [name, offset, cName]);
}
