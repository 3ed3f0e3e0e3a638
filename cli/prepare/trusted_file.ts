/**
 * Reads files that decide what is trusted: only root may be able to change them.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../../core/errors.ts";
import { ifThere } from "../../core/files/if_there.ts";

/** Write permission of group and others. */
const OTHERS_MAY_WRITE = 0o022;
const STICKY = 0o1000;
/** Most bytes of such a file. */
const LIMIT = 4 * 1024 * 1024;

function unsafe(path: string, why: string): BpfmanError {
  return new BpfmanError(`Cannot trust "${path}": ${why}`, {
    code: "policy-unsafe",
    kind: ErrorKind.POLICY,
    hint: "It must belong to root, and nobody else may be able to change or replace it: " +
      `chown root ${path} && chmod go-w ${path}`,
  });
}

/** Why somebody besides root can change a file; undefined when nobody can. */
function weakness({ uid, mode }: Deno.FileInfo): string | undefined {
  if (uid !== 0) return `it belongs to user ${uid}`;
  if (((mode ?? 0) & OTHERS_MAY_WRITE) !== 0) {
    return `others than root may write it (mode ${((mode ?? 0) & 0o7777).toString(8)})`;
  }
  return undefined;
}

/** Why somebody besides root can put another file in the place of this one. */
function folderWeakness(realPath: string): string | undefined {
  for (
    let folder = realPath.slice(0, realPath.lastIndexOf("/"));;
    folder = folder.slice(0, folder.lastIndexOf("/"))
  ) {
    const info = Deno.statSync(folder === "" ? "/" : folder);
    const isSticky = ((info.mode ?? 0) & STICKY) !== 0;
    const why = isSticky && info.uid === 0 ? undefined : weakness(info);
    if (why !== undefined) return `its folder "${folder}" is not safe: ${why}`;
    if (folder === "") return undefined;
  }
}

/** Why somebody besides root could change or replace a file; undefined when nobody can. */
export function fileWeakness(path: string): string | undefined {
  const realPath = Deno.realPathSync(path);
  return weakness(Deno.statSync(realPath)) ?? folderWeakness(realPath);
}

/**
 * Reads a file that root alone can change.
 *
 * @param path Path of the file.
 * @returns Its content; undefined when there is none.
 * @throws {BpfmanError} `policy-unsafe` when others could have written it.
 */
export function readTrustedFile(path: string): string | undefined {
  const realPath = ifThere(() => Deno.realPathSync(path));
  if (realPath === undefined) return undefined;
  if (!Deno.statSync(realPath).isFile) throw unsafe(path, "it is no ordinary file");
  using file = Deno.openSync(realPath);
  const info = file.statSync();
  const why = weakness(info) ?? folderWeakness(realPath);
  if (why !== undefined) throw unsafe(path, why);
  if (info.size > LIMIT) throw unsafe(path, `it has more than ${LIMIT} bytes`);
  const bytes = new Uint8Array(LIMIT + 1);
  let length = 0;
  for (;;) {
    const count = file.readSync(bytes.subarray(length));
    if (count === null || count === 0) break;
    length += count;
  }
  return new TextDecoder().decode(bytes.subarray(0, length));
}
