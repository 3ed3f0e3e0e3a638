/**
 * Network interfaces as places to attach to.
 *
 * @module
 */
import { BpfmanError, ErrorKind, usageError } from "../errors.ts";
import { isSyscallError, withExplanation } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import { nearest } from "../suggest.ts";
import type { InterfacePlace } from "../types.ts";

/** What was asked for. */
export interface InterfaceTarget {
  readonly interface: string;
  readonly priority: number;
  readonly netns?: string;
}

function unknownInterface(name: string, names: readonly string[], netns: string): BpfmanError {
  const [near] = nearest(name, names);
  return new BpfmanError(
    `Cannot attach to interface "${name}"${netns}: interface not found; available: ` +
      `[${names.join(" ")}]`,
    {
      code: "interface-not-found",
      kind: ErrorKind.NOT_FOUND,
      hint: near === undefined ? 'See "ip link" for the interfaces' : `Did you mean "${near}"?`,
    },
  );
}

/** Refuses a priority that cannot be one. */
export function checkPriority(priority: number): void {
  if (Number.isInteger(priority) && priority >= 0) return;
  throw usageError(`The priority ${priority} is not a whole number from 0 on`);
}

/**
 * Finds an interface, in another network namespace if one is named.
 *
 * @param machine The machine.
 * @param target Name, priority, namespace.
 * @throws {BpfmanError} When there is no such interface or namespace.
 */
export function findInterface(machine: Machine, target: InterfaceTarget): InterfacePlace {
  checkPriority(target.priority);
  const { network } = machine.kernel;
  const netns = target.netns ?? null;
  const work = { action: `Cannot enter network namespace "${netns}"`, needs: ["CAP_SYS_ADMIN"] };
  return withExplanation(machine.kernel, work, () => {
    try {
      return network.within(netns, () => {
        const ifindex = network.indexOf(target.interface);
        if (ifindex === 0) {
          const where = netns === null ? "" : ` in netns "${netns}"`;
          throw unknownInterface(target.interface, network.names(), where);
        }
        const nsid = network.namespaceId(netns);
        return { interface: target.interface, ifindex, netns, nsid };
      });
    } catch (error) {
      if (netns === null || !isSyscallError(error, "ENOENT")) throw error;
      throw new BpfmanError(`Network namespace "${netns}" does not exist`, {
        code: "netns-not-found",
        kind: ErrorKind.NOT_FOUND,
        hint: 'Give its path, such as /run/netns/NAME; see "ip netns"',
      });
    }
  });
}
