/**
 * Links as JSON, with bpfman's field names.
 *
 * @module
 */
import type { LinkView } from "../../core/types.ts";
import { detailsJson } from "./place_json.ts";
import { linkTypeWord } from "./words.ts";
import type { KernelLinkJson, LinkJson, LinkRecordJson } from "../schema/link.ts";

/** The record of a link. */
export function linkRecordJson(view: LinkView): LinkRecordJson {
  const { record } = view;
  return {
    id: record.id,
    program_id: record.programId,
    kernel_link_id: record.kernelLinkId,
    kind: record.details.kind,
    pin_path: record.pinPath === "" ? null : record.pinPath,
    details: detailsJson(view),
    created_at: record.createdAt,
    metadata: Object.keys(record.metadata).length === 0 ? null : record.metadata,
  };
}

/** Fields that other kinds of links have; always present, zero where they do not apply. */
const OTHER_KINDS = {
  netns_ino: 0,
  netfilter_pf: 0,
  netfilter_hooknum: 0,
  netfilter_priority: 0,
  netfilter_flags: 0,
  kprobe_multi_count: 0,
  kprobe_multi_flags: 0,
  kprobe_multi_missed: 0,
  kprobe_address: 0,
  kprobe_missed: 0,
} as const;

function linkKernelJson(info: NonNullable<LinkView["kernel"]>): KernelLinkJson {
  return {
    id: info.id,
    program_id: info.programId,
    link_type: linkTypeWord(info.type),
    // A number in quotes: readers of bpfman's output expect a string here.
    attach_type: String(info.attachType),
    ifindex: info.ifindex,
    target_obj_id: info.targetObjId,
    target_btf_id: info.targetBtfId,
    cgroup_id: info.cgroupId,
    ...OTHER_KINDS,
  };
}

/** The chain of a link: which engine runs it, and why. */
function chainJson({ chain }: LinkView): LinkJson["status"]["chain"] {
  if (chain === null) return null;
  return {
    engine: chain.engine,
    choice: chain.choice,
    reason: chain.reason,
    length: chain.length,
    runs: chain.runs === null ? null : Number(chain.runs),
  };
}

/** A link, as attach and get show it. */
export function linkJson(view: LinkView): LinkJson {
  return {
    record: linkRecordJson(view),
    status: {
      kernel: view.kernel === null ? null : linkKernelJson(view.kernel),
      kernel_seen: view.isKernelSeen,
      pin_present: view.isPinPresent,
      problem: view.problem,
      chain: chainJson(view),
    },
  };
}
