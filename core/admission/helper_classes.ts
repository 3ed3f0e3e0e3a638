/**
 * Helpers of the kernel by what they can do to others.
 *
 * @module
 */
import { helperName } from "../../bytecode-tools/insn/helpers.ts";
import type { HelperClass } from "../policy/types.ts";

/** Change or send packets, or the messages and options of sockets. */
const CHANGE_PACKET: ReadonlySet<string> = new Set(
  `
  skb_store_bytes l3_csum_replace l4_csum_replace clone_redirect skb_vlan_push skb_vlan_pop
  skb_set_tunnel_key redirect skb_set_tunnel_opt skb_change_proto skb_change_type
  skb_change_tail skb_pull_data csum_update set_hash_invalid skb_change_head xdp_adjust_head
  set_hash setsockopt skb_adjust_room redirect_map sk_redirect_map xdp_adjust_meta
  sock_ops_cb_flags_set msg_redirect_map msg_apply_bytes msg_cork_bytes msg_pull_data bind
  xdp_adjust_tail msg_redirect_hash sk_redirect_hash lwt_push_encap lwt_seg6_store_bytes
  lwt_seg6_adjust_srh lwt_seg6_action rc_repeat rc_keydown rc_pointer_rel msg_push_data
  msg_pop_data skb_ecn_set_ce tcp_send_ack sk_assign csum_level store_hdr_opt reserve_hdr_opt
  redirect_neigh redirect_peer xdp_store_bytes skb_set_tstamp sk_select_reuseport
`.trim().split(/\s+/),
);

/** Decide in place of the kernel: what a call returns, whether a task goes on. */
const OVERRIDE_RETURN: ReadonlySet<string> = new Set(
  "override_return set_retval sysctl_set_new_value send_signal send_signal_thread bprm_opts_set sys_bpf"
    .split(" "),
);

const WRITE_USER_MEMORY: ReadonlySet<string> = new Set(["probe_write_user"]);

/** Write through a view that may be of a packet as well as of a map. */
const DYNPTR_WRITE: ReadonlySet<string> = new Set(["dynptr_write", "dynptr_data"]);

/**
 * The class of a helper. One that nobody knows could do anything, so that it counts as the worst.
 *
 * @param id Number of the helper.
 */
export function helperClass(id: number): HelperClass {
  const name = helperName(id)?.replace(/^bpf_/, "");
  if (name === undefined || WRITE_USER_MEMORY.has(name)) return "write-user-memory";
  if (OVERRIDE_RETURN.has(name)) return "override-return";
  return CHANGE_PACKET.has(name) || DYNPTR_WRITE.has(name) ? "change-packet" : "observe";
}
