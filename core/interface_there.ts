/**
 * Whether an interface is still where a row says.
 *
 * @module
 */
import { isSyscallError } from "./kernel_errors.ts";
import type { Machine } from "./machine.ts";
import type { InterfacePlace } from "./types.ts";

/** True while the interface of a row is there; a new one of the same name is another one. */
export function isInterfaceThere(
  { kernel: { network } }: Machine,
  { netns, nsid, ifindex }: InterfacePlace,
): boolean {
  try {
    return network.within(netns, () =>
      network.namespaceId(null) === nsid &&
      network.names().some((name) => network.indexOf(name) === ifindex));
  } catch (error) {
    // a name that stayed behind leads to no namespace any more
    if (isSyscallError(error, "ENOENT") || isSyscallError(error, "EINVAL")) return false;
    throw error;
  }
}
