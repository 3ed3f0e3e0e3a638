/**
 * Prints images that went from one place to another.
 *
 * @module
 */
import type { CopiedImage } from "../../core/image/api.ts";
import type { CommandContext } from "../context.ts";
import { toJsonText } from "../output/format.ts";
import { copiedJson } from "../output/image_json.ts";
import { pinnedName } from "../output/image_text.ts";

/** One line for each image, or all as JSON. */
export function printCopied(
  { terminal, format }: CommandContext,
  verb: string,
  images: readonly CopiedImage[],
): void {
  if (format === "json") return terminal.out(toJsonText({ images: images.map(copiedJson) }));
  const lines = images.map(({ name, descriptor }) =>
    `${verb}: ${pinnedName(name, descriptor.digest)}\n`
  );
  terminal.out(lines.join(""));
}
