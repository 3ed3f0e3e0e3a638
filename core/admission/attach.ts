/**
 * Judges the place of an attach.
 *
 * @module
 */
import { decideAttach, decideSource } from "../policy/decide.ts";
import type { AttachFacts, Decision, SourceFacts } from "../policy/types.ts";
import { parseLocation } from "../image/reference.ts";
import type { AttachTarget, LinkDetails, ProgramRecord } from "../types.ts";
import type { Court } from "./court.ts";
import { policyRefusal } from "./refusal.ts";

/** A path with links resolved as far as it exists, so that no rule is passed by another name. */
function canonicalPath(path: string): string {
  if (!path.startsWith("/")) return path;
  try {
    const real = Deno.realPathSync(path);
    // files of /proc such as ns/net lead to what has no path
    if (real.startsWith("/") && !real.includes(":[")) return real;
    const slash = path.lastIndexOf("/");
    return `${Deno.realPathSync(path.slice(0, slash) || "/")}/${path.slice(slash + 1)}`;
  } catch (error) {
    // such as a file of /proc, which Deno shows to nobody with less than all permissions
    const isUnknown = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied;
    if (!isUnknown) throw error;
    // where it leads cannot be told: it must be named as the policy does, and without a way up
    return path.includes("/../") ? new URL(path, "file:///").pathname : path;
  }
}

/** What policies know of a place; paths are canonical. */
export function attachFactsOf(
  target: AttachTarget,
  attachFunction: string | null,
): AttachFacts {
  switch (target.kind) {
    case "xdp":
    case "tc":
    case "tcx":
    case "netkit": {
      const { netns } = target;
      return {
        interface: target.interface,
        priority: target.priority,
        ...netns === undefined ? {} : { netns: canonicalPath(netns) },
      };
    }
    case "tracepoint":
      return { target: target.group === "" ? target.name : `${target.group}/${target.name}` };
    case "raw_tracepoint":
      return { target: target.name };
    case "kprobe":
      return { target: target.functionName };
    case "uprobe":
      return { target: canonicalPath(target.target) };
    case "fentry":
    case "fexit":
    case "lsm":
      return attachFunction === null ? {} : { target: attachFunction };
    case "cgroup_skb":
    case "cgroup_sock_addr":
      return { cgroup: canonicalPath(target.path) };
    case "perf_event":
      return {};
  }
}

/** What policies know of the place of a link that is there, which a new version takes over. */
export function placeFactsOf(details: LinkDetails): AttachFacts {
  switch (details.kind) {
    case "xdp":
    case "tc":
    case "tcx":
    case "netkit": {
      const { netns, interface: name, priority } = details;
      return {
        interface: name,
        priority,
        ...netns === null ? {} : { netns: canonicalPath(netns) },
      };
    }
    case "tracepoint":
      return { target: details.group === "" ? details.name : `${details.group}/${details.name}` };
    case "raw_tracepoint":
      return { target: details.name };
    case "kprobe":
    case "kretprobe":
    case "fentry":
    case "fexit":
      return { target: details.functionName };
    case "lsm":
      return { target: details.hookName };
    case "uprobe":
    case "uretprobe":
      return { target: canonicalPath(details.target) };
    case "cgroup_skb":
    case "cgroup_sock_addr":
      return { cgroup: canonicalPath(details.path) };
    case "perf_event":
      return {};
  }
}

/** Where a loaded program came from, as policies see it. */
export function sourceOfRecord(record: Pick<ProgramRecord, "source" | "objectDigest" | "origin">) {
  const { source, objectDigest, origin } = record;
  if (origin !== undefined) return origin;
  if (source.kind === "file") {
    return { kind: "file", path: source.path, digest: objectDigest } satisfies SourceFacts;
  }
  const location = parseLocation(source.reference);
  if (location.kind !== "registry") {
    const { path } = location;
    return { kind: "layout", path, digest: source.digest } satisfies SourceFacts;
  }
  const { registry, repository } = location.reference;
  const name = `${registry}/${repository}`;
  return { kind: "image", repository: name, digest: source.digest } satisfies SourceFacts;
}

/** Where something is attached, by whom it came. */
export interface AttachCase {
  readonly source: SourceFacts;
  /** Read only where a policy file is to be asked. */
  readonly facts: () => AttachFacts;
  /** What messages say cannot be done. */
  readonly action: string;
}

/**
 * Judges an attach: who may attach what came from there, and to what. Without a policy file whoever
 * has the privilege may, as before.
 *
 * @returns What the policy says.
 * @throws {BpfmanError} `policy-refused`, with the rule.
 */
export function judgeAttach(
  { policy, requester }: Pick<Court, "policy" | "requester">,
  { source, facts, action }: AttachCase,
): Decision {
  const asked = decideSource(policy, requester, source);
  if (policy.isBuiltIn === true) return { ...asked, allowed: true, reason: "" };
  if (!asked.allowed) throw policyRefusal(action, asked, { source });
  const decision = decideAttach(policy, source, facts());
  if (!decision.allowed) throw policyRefusal(action, decision, { source });
  return decision;
}
