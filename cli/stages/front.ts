/**
 * The front: hands over what was prepared, or that nothing was. It has no privilege, so nothing here
 * is about one.
 *
 * @module
 */
import type { PreparedLoad } from "../../core/admission/types.ts";
import { digestOfArguments } from "../../core/handover/digest.ts";
import { encodeHandover } from "../../core/handover/encode.ts";
import type { HandedObject, HandoverMessage, Phases } from "../../core/handover/types.ts";
import {
  cannotReadObject,
  MAX_OBJECT_FILE,
  objectTooLarge,
} from "../../core/program/object_file.ts";
import type { LoadRequest } from "../../core/types.ts";
import { PLAN_PIPE } from "../permissions.ts";
import type { ObjectFile } from "../prepare/object_file.ts";
import type { FrontRefusal, FrontStage } from "./stage.ts";

/** The process that is the front. */
export interface FrontProcess {
  readonly args: readonly string[];
  /** Path of the object that was opened for it, undefined when there is none. */
  readonly objectPath: string | undefined;
  /** Milliseconds since this process began. */
  readonly now: () => number;
}

const FIRST_BUFFER = 64 * 1024;

/** Reads the object that was opened for this process; one byte too many is as bad as all of them. */
function readStandardInput(path: string): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(FIRST_BUFFER);
  let length = 0;
  for (;;) {
    const count = Deno.stdin.readSync(bytes.subarray(length));
    if (count === null || count === 0) return bytes.subarray(0, length);
    length += count;
    if (length > MAX_OBJECT_FILE) throw objectTooLarge(path, length);
    if (length < bytes.length) continue;
    const larger = new Uint8Array(Math.min(bytes.length * 4, MAX_OBJECT_FILE + 1));
    larger.set(bytes);
    bytes = larger;
  }
}

function objectOf(load: LoadRequest): HandedObject {
  if (load.image !== undefined) return { image: load.image };
  if (load.bytes !== undefined) return { path: load.path, bytes: load.bytes };
  throw new TypeError(`Cannot hand over "${load.path}": it was not read`);
}

function send(bytes: Uint8Array): boolean {
  try {
    using pipe = Deno.openSync(PLAN_PIPE, { write: true });
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(pipe.writeSync(rest));
    return true;
  } catch (error) {
    // the loader has gone and has told why, or was killed
    if (error instanceof Deno.errors.BrokenPipe) return false;
    throw error;
  }
}

/** The stage of a process that is the front. */
export class Front implements FrontStage {
  readonly kind = "front";
  readonly #process: FrontProcess;

  constructor(process: FrontProcess) {
    this.#process = process;
  }

  readObject(path: string): Promise<ObjectFile> {
    return Promise.try(() => {
      try {
        return { bytes: readStandardInput(path), realPath: this.#process.objectPath ?? path };
      } catch (cause) {
        throw cannotReadObject(path, cause);
      }
    });
  }

  async hand(
    prepare: () => Promise<PreparedLoad>,
    fail: (error: unknown) => Promise<FrontRefusal>,
  ): Promise<number> {
    const { args, now } = this.#process;
    const argumentsDigest = await digestOfArguments(args);
    const begun = now();
    let [message, exitCode]: [HandoverMessage | null, number] = [null, 0];
    try {
      const { load, admission } = await prepare();
      const phases: Phases = [["start", begun], ["prepare", now() - begun]];
      message = { kind: "plan", argumentsDigest, phases, object: objectOf(load), admission };
    } catch (error) {
      const failure = await fail(error);
      const phases: Phases = [["start", begun], ["prepare", now() - begun]];
      message = { kind: "refused", argumentsDigest, phases, ...failure };
      exitCode = failure.exitCode;
    }
    return send(await encodeHandover(message)) ? exitCode : 1;
  }
}
