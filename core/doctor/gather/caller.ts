/**
 * Facts of whoever asks, and of what he sits in.
 *
 * @module
 */
import type { Survey } from "../../../ffi/survey_types.ts";
import type { CallerFacts } from "../facts.ts";
import { type ShownFiles, textOrNull } from "./texts.ts";

/** What is asked. */
export interface CallerSources {
  readonly files: ShownFiles;
  readonly host: { readonly uid: number };
  readonly survey: Survey;
}

/** Files that container engines leave inside. */
const MARKS: readonly (readonly [path: string, name: string])[] = [
  ["/.dockerenv", "docker"],
  ["/run/.containerenv", "podman"],
  ["/var/run/secrets/kubernetes.io/serviceaccount", "kubernetes"],
];

/** Every user id there is: what the first namespace maps. */
const ALL_IDS = /^\s*0\s+0\s+4294967295\s*$/;

function containerOf(files: ShownFiles): string | null {
  const named = textOrNull(files, "/run/systemd/container")?.trim() ?? "";
  if (named !== "") return named;
  return MARKS.find(([path]) => files.exists(path))?.[1] ?? null;
}

/** Facts of the caller. */
export function callerFacts({ files, host, survey }: CallerSources): CallerFacts {
  const map = textOrNull(files, "/proc/self/uid_map");
  return {
    uid: host.uid,
    ...survey.rights(),
    // a kernel without user namespaces has no map
    isFirstUserNamespace: map === null || ALL_IDS.test(map),
    container: containerOf(files),
    isVirtual: /^flags\s.*\bhypervisor\b/m.test(textOrNull(files, "/proc/cpuinfo") ?? "") ||
      files.exists("/sys/hypervisor/type"),
  };
}
