/**
 * TCX: several programs on one side of an interface, in an order that the kernel keeps (Linux 6.6).
 *
 * @module
 */
import type { TcxDetails, TcxTarget } from "../types.ts";
import type { LinkDriver } from "./driver.ts";
import { findInterface } from "./interface.ts";
import { attachInOrder, refuseTwice } from "./multi.ts";

/** BPF_TCX_INGRESS and BPF_TCX_EGRESS of enum bpf_attach_type. */
const ATTACH_TYPE = { ingress: 46, egress: 47 } as const;

/** TCX links. */
export const tcxDriver: LinkDriver<TcxTarget, TcxDetails> = {
  types: ["tcx"],
  resolve(context, target) {
    const place = findInterface(context.machine, target);
    const { direction, priority } = target;
    const details: TcxDetails = { kind: "tcx", ...place, direction, priority };
    refuseTwice(context, details);
    return details;
  },
  attach(context, programFd, details) {
    const attachType = ATTACH_TYPE[details.direction];
    const hook = { attachType, name: "TCX", since: [6, 6] } as const;
    return { links: [attachInOrder(context, programFd, { details, hook })], details };
  },
  pinPath: ({ machine, program }, _id, details) =>
    machine.layout.tcxPin(details.direction, details, program.programId),
};
