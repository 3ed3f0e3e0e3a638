/**
 * What labels and annotations say of programs and maps.
 *
 * @module
 */
import { isObject } from "../documents.ts";
import { imageError } from "../errors.ts";
import type { ImageStatement } from "../types.ts";
import { MAPS_LABEL, PROGRAMS_LABEL } from "../../../bytecode-tools/object/label_names.ts";

type Texts = Readonly<Record<string, string>>;

/** bpfman's first labels: one program. */
const LEGACY = {
  FUNCTION: "io.ebpf.bpf_function_name",
  SECTION: "io.ebpf.program_name",
  TYPE: "io.ebpf.program_type",
  FILE: "io.ebpf.filename",
} as const;

function readLabel(labels: Texts, label: string, name: string): Record<string, string> {
  const text = labels[label];
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const isFit = isObject(value) && Object.values(value).every((word) => typeof word === "string");
  if (isFit) return value as Record<string, string>;
  throw imageError(
    "image-malformed",
    `Cannot read label "${label}" of "${name}": it is not a JSON object of texts`,
  );
}

/**
 * What an image says of its object; null when it says nothing.
 *
 * @throws {BpfmanError} When a label cannot be read.
 */
export function readStatement(labels: Texts, name: string): ImageStatement | null {
  if (labels[PROGRAMS_LABEL] === undefined && labels[MAPS_LABEL] === undefined) return null;
  return {
    programs: readLabel(labels, PROGRAMS_LABEL, name),
    maps: readLabel(labels, MAPS_LABEL, name),
  };
}

/** What bpfman's first labels say; null when there are none of them. */
export function readLegacyStatement(labels: Texts): ImageStatement | null {
  const name = labels[LEGACY.FUNCTION] ?? labels[LEGACY.SECTION];
  const type = labels[LEGACY.TYPE];
  if (name === undefined || type === undefined) return null;
  return { programs: { [name]: type }, maps: {} };
}

/** The file that bpfman's first labels name; undefined when they name none. */
export function legacyFile(labels: Texts): string | undefined {
  return labels[LEGACY.FILE];
}
