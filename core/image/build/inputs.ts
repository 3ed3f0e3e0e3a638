/**
 * Objects of a build, judged before anything is made of them.
 *
 * @module
 */
import { BytecodeError } from "../../../bytecode-tools/errors.ts";
import { type GatedObject, gateObject } from "../../../bytecode-tools/object/gate.ts";
import { imageLabels } from "../../../bytecode-tools/object/labels.ts";
import { validateObject } from "../../../bytecode-tools/object/validate.ts";
import { usageError } from "../../errors.ts";
import type { BuildInput } from "../api.ts";
import { byteOrder, hostPlatform, platformText } from "../content/platform.ts";
import { imageError } from "../errors.ts";
import type { ImageStatement, Platform } from "../types.ts";

/** An object that may go into an image. */
export interface CheckedInput {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly platform: Platform;
  /** True when the user named the platform. */
  readonly isPlatformNamed: boolean;
  readonly statement: ImageStatement;
  readonly warnings: readonly string[];
}

const ELF_WORDS = { little: "ELFDATA2LSB", big: "ELFDATA2MSB" } as const;

function refuse(path: string, why: string, cause?: unknown) {
  return imageError("image-object-invalid", `Cannot put "${path}" into an image: ${why}`, {
    hint: `See "bpfman validate ${path}"`,
    ...(cause === undefined ? {} : { cause }),
  });
}

function gate(path: string, bytes: Uint8Array): GatedObject {
  try {
    return gateObject(bytes);
  } catch (cause) {
    if (!(cause instanceof BytecodeError)) throw cause;
    throw refuse(path, cause.message, cause);
  }
}

function statementOf(path: string, object: GatedObject): ImageStatement {
  try {
    return imageLabels(object);
  } catch (cause) {
    if (!(cause instanceof BytecodeError)) throw cause;
    throw refuse(path, cause.message, cause);
  }
}

function checkByteOrder(path: string, object: GatedObject, platform: Platform): void {
  const wanted = byteOrder(platform);
  const found = object.file.isLittleEndian ? "little" : "big";
  if (wanted === found) return;
  throw imageError(
    "image-byte-order",
    `Cannot put "${path}" into an image for ${platformText(platform)}: expected ` +
      `${ELF_WORDS[wanted]}, it is ${found}-endian`,
    { hint: `Compile it with -target ${wanted === "big" ? "bpfeb" : "bpfel"}` },
  );
}

function check({ path, bytes, platform }: BuildInput): CheckedInput {
  const object = gate(path, bytes);
  const known = platform ?? hostPlatform();
  checkByteOrder(path, object, known);
  const { isValid, findings } = validateObject(bytes);
  const error = findings.find(({ severity }) => severity === "error");
  if (!isValid) throw refuse(path, error?.message ?? "it is not valid");
  return {
    path,
    bytes,
    platform: known,
    isPlatformNamed: platform !== undefined,
    statement: statementOf(path, object),
    warnings: findings.map(({ message }) => `${path}: ${message}`),
  };
}

function checkStyle(inputs: readonly BuildInput[]): void {
  if (inputs.length === 0) {
    throw usageError("No object is given", "Give PATH, linux/ARCH=PATH, or a bpf2go project");
  }
  const named = inputs.filter(({ platform }) => platform !== undefined);
  if (named.length === 0 && inputs.length === 1) return;
  if (named.length !== inputs.length) {
    throw usageError(
      "Cannot tell which platforms the objects are for: give one object, or a platform for each",
      "Write linux/ARCH=PATH for each",
    );
  }
  const texts = named.flatMap(({ platform }) => platform === undefined ? [] : [platform])
    .map(platformText);
  const twice = texts.find((text, index) => texts.indexOf(text) !== index);
  if (twice !== undefined) throw usageError(`Platform "${twice}" is given twice`);
}

/** What the objects of some platforms have that the first has not, or the other way round. */
function differences(first: CheckedInput, other: CheckedInput): string[] {
  return (["programs", "maps"] as const).flatMap((kind) => {
    const [a, b] = [first.statement[kind], other.statement[kind]];
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
    const odd = names.filter((name) => a[name] !== b[name]);
    return odd.length === 0
      ? []
      : [`${other.path} and ${first.path} differ in ${kind}: ${odd.join(", ")}`];
  });
}

/**
 * Judges the objects of a build.
 *
 * @throws {BpfmanError} When one does not pass the strict gate or is for another byte order.
 */
export function checkInputs(inputs: readonly BuildInput[]): CheckedInput[] {
  checkStyle(inputs);
  return inputs.map(check);
}

/** Everything about checked objects that is worth a warning. */
export function inputWarnings(inputs: readonly CheckedInput[]): string[] {
  const [first, ...others] = inputs;
  if (first === undefined) return [];
  return [
    ...inputs.flatMap(({ warnings }) => warnings),
    ...others.flatMap((other) => differences(first, other)),
  ];
}
