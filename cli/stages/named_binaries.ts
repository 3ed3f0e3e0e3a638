/**
 * The binaries that probes of a command are for, as arguments and manifests name them.
 *
 * @module
 */
import { CONTAINER_PID, PID, TARGET } from "../commands/place.ts";
import type { LaunchRequest } from "./stage.ts";

/** A binary with the processes that say where it is found. */
export interface NamedBinary {
  readonly target: string;
  /** 0 for every process. */
  readonly pid: number;
  /** Process in whose mount namespace it is; 0 for our own. */
  readonly containerPid: number;
}

/** The binaries that a command names. */
export function namedBinaries({ input, wish }: LaunchRequest): NamedBinary[] {
  const target = input.one(TARGET);
  const named = target === undefined ? [] : [{
    target,
    pid: input.one(PID) ?? 0,
    containerPid: input.one(CONTAINER_PID) ?? 0,
  }];
  const wanted = (wish?.applications ?? []).flatMap(({ desired }) => desired.programs)
    .flatMap(({ links }) => links.map((link) => link.target))
    .flatMap((place) =>
      place.kind !== "uprobe" ? [] : [{
        target: place.target,
        pid: place.pid ?? 0,
        containerPid: place.containerPid ?? 0,
      }]
    );
  return [...named, ...wanted];
}
