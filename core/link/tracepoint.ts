/**
 * Tracepoints, by a perf event and a bpf_link on it (Linux 5.15).
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import type { Machine } from "../machine.ts";
import { nearest } from "../suggest.ts";
import type { TracepointDetails, TracepointTarget } from "../types.ts";
import type { LinkDriver } from "./driver.ts";

/** BPF_PERF_EVENT of enum bpf_attach_type. */
export const BPF_PERF_EVENT = 41;

const MOST_SUGGESTIONS = 3;

function unknown({ kernel }: Machine, tracefs: string, name: string): BpfmanError {
  const all = kernel.files.readText(`${tracefs}/available_events`).split("\n")
    .map((line) => line.replace(":", "/"));
  const bare = name.slice(name.indexOf("/") + 1);
  const sameName = all.filter((event) => event.endsWith(`/${bare}`));
  const near = [...new Set([...sameName, ...nearest(name, all, MOST_SUGGESTIONS)])]
    .slice(0, MOST_SUGGESTIONS);
  const question = near.length === 0 ? "" : `; did you mean: ${near.join(", ")}?`;
  return new BpfmanError(`Tracepoint "${name}" not found${question}`, {
    code: "tracepoint-not-found",
    kind: ErrorKind.NOT_FOUND,
    hint: `See ${tracefs}/available_events for those of this kernel`,
  });
}

/** Tracepoint links. */
export const tracepointDriver: LinkDriver<TracepointTarget, TracepointDetails> = {
  types: ["tracepoint"],
  resolve({ machine }, { group, name }) {
    const tracefs = machine.kernel.perf.tracefs();
    const isPlain = [group, name].every((word) => /^[\w.-]+$/.test(word) && !word.startsWith("."));
    if (!isPlain || !machine.kernel.files.exists(`${tracefs}/events/${group}/${name}/id`)) {
      throw unknown(machine, tracefs, `${group}/${name}`);
    }
    return { kind: "tracepoint", group, name };
  },
  attach({ machine }, programFd, details) {
    using event = machine.kernel.perf.open(details);
    // the link holds the event from here on
    const place = { programFd, target: event.raw, attachType: BPF_PERF_EVENT };
    return { links: [machine.kernel.bpf.createLink(place)], details };
  },
  pinPath: ({ machine }, id) => machine.layout.linkPin(id),
};
