/**
 * Facts of what is kept on this machine: directories, images, units.
 *
 * @module
 */
import type { Survey } from "../../../ffi/survey_types.ts";
import { Layout } from "../../layout.ts";
import {
  type DirectoryFacts,
  type MountFacts,
  type StateFacts,
  type UnitFacts,
  WRITABLE_BY_OTHERS,
} from "../facts.ts";
import type { ShownFiles } from "./texts.ts";

/** Where things are. */
export interface DoctorPlaces {
  readonly runtimeDirectory: string;
  readonly dataDirectory: string;
}

/** What is asked. */
export interface StateSources {
  readonly files: ShownFiles;
  readonly survey: Survey;
}

/** Where units are, those of packages last. */
const UNIT_FOLDERS = [
  "/etc/systemd/system",
  "/usr/local/lib/systemd/system",
  "/usr/lib/systemd/system",
  "/lib/systemd/system",
];
const RESTORE_UNIT = "bpfman-restore.service";
const MODE_BITS = 0o7777;

function stateOf(path: string): Pick<DirectoryFacts, "state" | "uid" | "mode"> {
  try {
    const { isDirectory, uid, mode } = Deno.statSync(path);
    const bits = mode === null ? null : mode & MODE_BITS;
    return { state: isDirectory ? "there" : "no-directory", uid, mode: bits };
  } catch (error) {
    const state = error instanceof Deno.errors.NotFound ? "absent" : "hidden";
    return { state, uid: null, mode: null };
  }
}

/** The nearest directory above that exists has the file system on which ours would be made. */
function nearestFileSystem(path: string, survey: Survey): ReturnType<Survey["fileSystem"]> {
  for (let at = path; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const found = survey.fileSystem(at);
    if (found !== null) return found;
  }
  return survey.fileSystem("/");
}

function directoryFacts(path: string, survey: Survey): DirectoryFacts {
  const fileSystem = nearestFileSystem(path, survey);
  return {
    path,
    ...stateOf(path),
    freeBytes: fileSystem?.freeBytes ?? null,
    isReadOnly: fileSystem?.isReadOnly ?? false,
  };
}

function bpffsState(path: string, mounts: readonly MountFacts[] | null): StateFacts["bpffs"] {
  const mount = mounts?.findLast(({ point, type }) => point === path && type === "bpf");
  if (mount === undefined) return "absent";
  if (mount.isReadOnly) return "read-only";
  return ((stateOf(path).mode ?? 0) & WRITABLE_BY_OTHERS) === 0 ? "mounted" : "open";
}

function imageCount(directory: string): StateFacts["images"] {
  try {
    const { manifests } = JSON.parse(Deno.readTextFileSync(`${directory}/images/index.json`));
    return Array.isArray(manifests) ? manifests.length : { failure: "its index has no manifests" };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    return {
      failure: error instanceof SyntaxError ? "its index is no JSON" : "it is not readable",
    };
  }
}

function unitState(files: ShownFiles): UnitFacts["restore"] {
  if (!UNIT_FOLDERS.some((folder) => files.exists(`${folder}/${RESTORE_UNIT}`))) return "absent";
  const isEnabled = files.list("/etc/systemd/system")
    .filter((name) => name.endsWith(".wants"))
    .some((name) => files.exists(`/etc/systemd/system/${name}/${RESTORE_UNIT}`));
  return isEnabled ? "enabled" : "installed";
}

function applicationCount(directory: string): number {
  try {
    return [...Deno.readDirSync(`${directory}/applications`)]
      .filter(({ isDirectory }) => isDirectory).length;
  } catch {
    // there are none, or they are hidden from this user
    return 0;
  }
}

/** Facts of what is kept. */
export function stateFacts(
  { files, survey }: StateSources,
  places: DoctorPlaces,
  mounts: readonly MountFacts[] | null,
): StateFacts {
  const { runtimeDirectory, dataDirectory } = places;
  return {
    runtime: directoryFacts(runtimeDirectory, survey),
    bpffs: bpffsState(new Layout(runtimeDirectory).bpffs, mounts),
    data: directoryFacts(dataDirectory, survey),
    images: imageCount(dataDirectory),
    units: {
      isSystemd: files.exists("/run/systemd/system"),
      restore: unitState(files),
      applications: applicationCount(dataDirectory),
    },
  };
}
