/**
 * Labels and annotations of bytecode images, computed from the object: what bpfman's image
 * specification calls `io.ebpf.programs` and `io.ebpf.maps`.
 *
 * @module
 */
import { BytecodeError } from "../errors.ts";
import type { GatedObject } from "./gate.ts";
import { mapLabelName } from "./map_types.ts";
import { readMaps } from "./maps.ts";
import { MAPS_LABEL, PROGRAMS_LABEL } from "./label_names.ts";
import { labelTypeOf } from "../elf/sections.ts";

export { MAPS_LABEL, PROGRAMS_LABEL };

/** What an image says of its object. */
export interface ImageLabels {
  /** Function name to type, such as `xdp`. */
  readonly programs: Readonly<Record<string, string>>;
  /** Map name to type, such as `per_cpu_array`. */
  readonly maps: Readonly<Record<string, string>>;
}

function sorted(entries: readonly (readonly [string, string])[]): Record<string, string> {
  const compare = ([a]: readonly [string, string], [b]: readonly [string, string]) =>
    a < b ? -1 : 1;
  return Object.fromEntries([...entries].sort(compare));
}

/**
 * Computes the labels.
 *
 * @param object An object that has passed the gate.
 * @throws {BytecodeError} When no program has a type that labels have a word for.
 */
export function imageLabels(object: GatedObject): ImageLabels {
  const programs = object.code
    .filter(({ section }) => section.name !== ".text")
    .flatMap(({ section, functions }) => {
      const word = labelTypeOf(section.name);
      if (word === undefined) return [];
      return functions.filter(({ isGlobal }) => isGlobal).map(({ name }) => [name, word] as const);
    });
  if (programs.length === 0) {
    const message =
      "Cannot label the object: no section name tells a program type that images have";
    throw new BytecodeError("unsupported", message);
  }
  const maps = readMaps(object).map(({ name, type }) => [name, mapLabelName(type)] as const);
  return { programs: sorted(programs), maps: sorted(maps) };
}

/** The labels as an image's config carries them. */
export function labelTexts(labels: ImageLabels): Record<string, string> {
  return {
    [PROGRAMS_LABEL]: JSON.stringify(labels.programs),
    [MAPS_LABEL]: JSON.stringify(labels.maps),
  };
}

/** The platform word of the object's byte order for bytecode of no single processor. */
export function endianWord(object: Pick<GatedObject, "file">): "bpfel" | "bpfeb" {
  return object.file.isLittleEndian ? "bpfel" : "bpfeb";
}
