/**
 * Small shapes that many documents have.
 *
 * @module
 */
import { PROGRAM_TYPES } from "../../core/types/words.ts";
import {
  digest,
  integer,
  named,
  type NumberShape,
  record,
  type RecordShape,
  text,
  type TextShape,
  word,
  type WordShape,
} from "./shape.ts";

/** Id of a program. */
export const PROGRAM_ID: NumberShape = integer("The kernel's id of the program");

/** Id of a link. */
export const LINK_ID: NumberShape = integer("Our id of the link, which is never used again");

/** Type of a program. */
export const PROGRAM_TYPE: WordShape<typeof PROGRAM_TYPES[number]> = word(
  PROGRAM_TYPES,
  "Type of the program",
);

/** Kind of a link. */
export const LINK_KIND: WordShape<typeof PROGRAM_TYPES[number]> = word(
  PROGRAM_TYPES,
  "Kind of the link",
);

/** Free labels. */
export const METADATA: RecordShape<TextShape> = record(text("Value"), "Labels as they were given");

/** Digest of an object. */
export const OBJECT_DIGEST: TextShape = digest("Digest of the object file");

/** Names of what runs chains. */
export const ENGINE_NAMES = ["direct", "compose", "freplace", "libxdp"] as const;

/** What may be asked for. */
export const ENGINE_CHOICES = ["auto", "compose", "freplace", "libxdp"] as const;

/** Names bytes of an image. */
export const DESCRIPTOR_FIELDS = {
  media_type: text("What the bytes are"),
  digest: digest("Digest of the bytes"),
  size: integer("Number of bytes"),
};

/** Names bytes of an image. */
export const DESCRIPTOR = named("Descriptor", DESCRIPTOR_FIELDS, "Names bytes of an image");
