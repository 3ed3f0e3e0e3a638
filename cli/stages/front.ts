/**
 * The front: hands over what was prepared, or that nothing was. It has no privilege, so nothing here
 * is about one.
 *
 * @module
 */
import { digestOfArguments } from "../../core/handover/digest.ts";
import { encodeHandover } from "../../core/handover/encode.ts";
import { encodeSeveral } from "../../core/handover/several.ts";
import type { HandedObject, Phases } from "../../core/handover/types.ts";
import {
  cannotReadObject,
  MAX_OBJECT_FILE,
  objectTooLarge,
} from "../../core/program/object_file.ts";
import type { LoadRequest } from "../../core/types.ts";
import { PLAN_PIPE } from "./permission_sets.ts";
import { type ObjectFile, readObjectFile } from "../prepare/object_file.ts";
import type { FrontRefusal, FrontStage, Prepared } from "./stage.ts";
import type { Wish } from "../declared/wish.ts";
import { readHandedWish } from "./handed_wish.ts";

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

/** The answer to the arguments: one object, or one for each application. */
async function sealPrepared(
  prepared: Prepared,
  args: readonly string[],
  phases: () => Phases,
): Promise<Uint8Array<ArrayBuffer>> {
  if ("applications" in prepared) {
    const byName = new Map(prepared.applications.map((one) => [one.name, one]));
    const plans = prepared.names.map((key) => {
      const refusal = prepared.refusals.get(key);
      if (refusal !== undefined) return { key, refusal };
      const one = byName.get(key);
      if (one === undefined) throw new TypeError(`Cannot hand over "${key}": it was not prepared`);
      return { key, object: objectOf(one.load), admission: one.admission };
    });
    return await encodeSeveral(plans, { args, phases: phases() });
  }
  const { load, admission } = prepared.load;
  const argumentsDigest = await digestOfArguments(args);
  const plan = { kind: "plan", argumentsDigest, phases: phases() } as const;
  return await encodeHandover({ ...plan, object: objectOf(load), admission });
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
    const { objectPath: realPath } = this.#process;
    // of several objects none was opened for this process
    if (realPath === undefined) return Promise.try(() => readObjectFile(path));
    return Promise.try(() => {
      try {
        return { bytes: readStandardInput(path), realPath };
      } catch (cause) {
        throw cannotReadObject(path, cause);
      }
    });
  }

  readWish(): Wish {
    return readHandedWish();
  }

  async hand(
    prepare: () => Promise<Prepared>,
    fail: (error: unknown) => Promise<FrontRefusal>,
  ): Promise<number> {
    const { args, now } = this.#process;
    const begun = now();
    const phases = (): Phases => [["start", begun], ["prepare", now() - begun]];
    let [message, exitCode] = [new Uint8Array(), 0];
    try {
      message = await sealPrepared(await prepare(), args, phases);
    } catch (error) {
      const failure = await fail(error);
      const argumentsDigest = await digestOfArguments(args);
      const refused = { kind: "refused", argumentsDigest, phases: phases(), ...failure } as const;
      [message, exitCode] = [await encodeHandover(refused), failure.exitCode];
    }
    return send(message) ? exitCode : 1;
  }
}
