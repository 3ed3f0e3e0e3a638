/**
 * What one process hands over to the next: the object with the reason why it may be loaded, or the
 * news that it may not. One message, sealed, that is read once.
 *
 * @module
 */
import type { Admission, RefusedLoad } from "../admission/types.ts";
import type { ImageObject } from "../image/api.ts";

/** Milliseconds by name of the phase, in the order in which they were. */
export type Phases = readonly (readonly [phase: string, ms: number])[];

/** What both kinds of message have. */
interface Message {
  /** `sha256:…` of the arguments that the message is an answer to. */
  readonly argumentsDigest: string;
  /** What took how long. */
  readonly phases: Phases;
}

/** An object that may be loaded. What is wanted of it is in the arguments, and not in here. */
export interface PlanMessage extends Message {
  /** Tells this message from others. */
  readonly kind: "plan";
  /** The object: of a file, or of an image. */
  readonly object: HandedObject;
  /** Why it may be loaded. */
  readonly admission: Admission;
}

/** An object with where it came from. */
export type HandedObject =
  | { readonly path: string; readonly bytes: Uint8Array; readonly image?: undefined }
  | { readonly image: ImageObject; readonly path?: undefined };

/** The object may not be loaded, or there is none. The user has been told. */
export interface RefusedMessage extends Message {
  /** Tells this message from others. */
  readonly kind: "refused";
  /** Exit code of the tool. */
  readonly exitCode: number;
  /** Code of the error. */
  readonly code: string;
  /** What was said. */
  readonly message: string;
  /** What was refused and by which rule, as far as that is known; null when nothing is. */
  readonly refused: RefusedLoad | null;
}

/** One message. */
export type HandoverMessage = PlanMessage | RefusedMessage;
