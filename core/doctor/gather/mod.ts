/**
 * Gathers what the doctor judges. Nothing is written, no lock is taken, and what this user may not
 * see stays unknown.
 *
 * @module
 */
import type { Survey } from "../../../ffi/survey_types.ts";
import type { MachineFacts } from "../facts.ts";
import { callerFacts } from "./caller.ts";
import { kernelFacts, probeFacts } from "./kernel.ts";
import { type DoctorPlaces, stateFacts } from "./state.ts";
import type { ShownFiles } from "./texts.ts";
import { trustFacts } from "./trust.ts";

export type { DoctorPlaces };

/** What is asked. */
export interface DoctorSources {
  readonly files: ShownFiles;
  readonly host: { readonly release: string; readonly uid: number };
  readonly survey: Survey;
}

const DISPATCHER = "xdp-dispatcher.o";

/** libxdp's dispatcher is beside it, in a folder of its own. */
function dispatcherOf(files: ShownFiles, folders: readonly string[]): string | null {
  const paths = folders.map((folder) => `${folder}/bpf/${DISPATCHER}`);
  return paths.find((path) => files.exists(path)) ?? null;
}

/**
 * Facts of this machine.
 *
 * @param sources The kernel's files and answers.
 * @param places Our directories.
 */
export async function gatherFacts(
  sources: DoctorSources,
  places: DoctorPlaces,
): Promise<MachineFacts> {
  const { files, survey } = sources;
  const kernel = await kernelFacts(sources);
  const libxdp = survey.library("libxdp");
  return {
    kernel,
    probes: probeFacts(survey),
    libbpf: survey.library("libbpf"),
    libxdp,
    libxdpDispatcher: dispatcherOf(files, libxdp.folders),
    caller: callerFacts(sources),
    state: stateFacts(sources, places, kernel.mounts),
    trust: await trustFacts(`${places.dataDirectory}/trust`, new Date()),
  };
}
