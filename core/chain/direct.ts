/**
 * The engine for one program alone: the hook calls it as it is, at no cost per packet.
 *
 * @module
 */
import { actsAlone } from "./verdict.ts";
import type { ChainEngine } from "./engine.ts";
import { wordOf } from "./proceed_on.ts";

/** One program, attached as it is. */
export const directEngine: ChainEngine = {
  name: "direct",
  needs: ["CAP_BPF", "CAP_NET_ADMIN"],
  limits(_context, { hook, members }) {
    const [member] = members;
    if (member === undefined || members.length > 1) {
      return [`it runs one program, not ${members.length}`];
    }
    if (actsAlone(hook.kind, member.proceedOn)) return [];
    const words = member.proceedOn.map((code) => wordOf(hook.kind, code)).join(", ");
    return [`a program alone cannot proceed on ${words}`];
  },
  build({ machine: { kernel, layout } }, { members }, { folder }) {
    const [member] = members;
    if (member === undefined) throw new TypeError("Cannot attach: the chain is empty");
    const program = kernel.bpf.openPin(layout.programPin(member.programId));
    try {
      kernel.bpf.pin(program.raw, `${folder}/dispatcher`);
    } catch (error) {
      program[Symbol.dispose]();
      throw error;
    }
    return {
      mainFd: program.raw,
      memberLinks: new Map(),
      [Symbol.dispose]: () => program[Symbol.dispose](),
    };
  },
};
