/**
 * netkit: programs in the pair of devices that joins two network namespaces (Linux 6.7). Both ends
 * are reached through the primary one.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { NetkitDetails, NetkitTarget } from "../types.ts";
import type { LinkDriver } from "./driver.ts";
import { findInterface } from "./interface.ts";
import { attachInOrder, refuseTwice } from "./multi.ts";

/** BPF_NETKIT_PRIMARY and BPF_NETKIT_PEER of enum bpf_attach_type. */
const ATTACH_TYPE = { primary: 54, peer: 55 } as const;

function notNetkit({ interface: name }: NetkitDetails): BpfmanError {
  return new BpfmanError(
    `Cannot attach to interface "${name}": it is not the primary end of a netkit pair`,
    {
      code: "not-netkit",
      kind: ErrorKind.KERNEL,
      hint: `See "ip -d link show ${name}"; both ends are attached through the primary one`,
    },
  );
}

/** netkit links. */
export const netkitDriver: LinkDriver<NetkitTarget, NetkitDetails> = {
  types: ["netkit"],
  resolve(context, target) {
    const place = findInterface(context.machine, target);
    const { end = "primary", priority } = target;
    const details: NetkitDetails = { kind: "netkit", ...place, end, priority };
    refuseTwice(context, details);
    return details;
  },
  attach(context, programFd, details) {
    const hook = { attachType: ATTACH_TYPE[details.end], name: "netkit", since: [6, 7] } as const;
    try {
      return { links: [attachInOrder(context, programFd, { details, hook })], details };
    } catch (error) {
      const isOther = isSyscallError(error, "ENXIO") || isSyscallError(error, "EACCES") ||
        isSyscallError(error, "EINVAL");
      throw isOther ? notNetkit(details) : error;
    }
  },
  pinPath: ({ machine }, id) => machine.layout.linkPin(id),
};
