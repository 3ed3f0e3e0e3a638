/**
 * Two network namespaces with a veth pair between them: packets cross a wire that nobody else
 * uses.
 *
 * @module
 */
import type { Shell } from "./shell.ts";

/** One end of the wire. */
export interface NetworkEnd {
  /** Name of the network namespace. */
  readonly namespace: string;
  readonly interface: string;
  /** From the block that is set aside for documentation (RFC 5737). */
  readonly address: string;
}

/** The wire. */
export interface Network {
  readonly client: NetworkEnd;
  readonly server: NetworkEnd;
}

/** Folder where `ip netns` keeps its names. */
const NAMESPACE_FOLDER = "/run/netns";

/** Path of a namespace, as --netns takes it. */
export function namespacePath(end: NetworkEnd): string {
  return `${NAMESPACE_FOLDER}/${end.namespace}`;
}

/** Names of a network that is not there yet; `tag` makes them unique on the machine. */
export function planNetwork(tag: string): Network {
  // An interface's name has at most 15 characters.
  return {
    client: { namespace: `demo-${tag}-client`, interface: `vc${tag}`, address: "192.0.2.1" },
    server: { namespace: `demo-${tag}-server`, interface: `vs${tag}`, address: "192.0.2.2" },
  };
}

/** Makes the namespaces and the wire. */
export async function makeNetwork(shell: Shell, { client, server }: Network): Promise<void> {
  for (const { namespace } of [client, server]) await shell.run(["ip", "netns", "add", namespace]);
  await shell.run([
    ...["ip", "link", "add", client.interface, "netns", client.namespace, "type", "veth"],
    ...["peer", "name", server.interface, "netns", server.namespace],
  ]);
  for (const { namespace, interface: name, address } of [client, server]) {
    await shell.run(["ip", "-n", namespace, "address", "add", `${address}/24`, "dev", name]);
    // Without an IPv6 address the kernel sends no packets of its own, which would be counted too.
    const quiet = ["addrgenmode", "none"];
    await shell.run(["ip", "-n", namespace, "link", "set", name, ...quiet, "up"]);
  }
}

/** Takes away what there is of a network; the wire goes with its namespaces. */
export async function removeNetwork(shell: Shell, { client, server }: Network): Promise<void> {
  const names = listNamespaces();
  for (const { namespace } of [client, server]) {
    if (names.includes(namespace)) await shell.run(["ip", "netns", "delete", namespace]);
  }
}

/** Names of the machine's network namespaces. */
export function listNamespaces(): string[] {
  try {
    return [...Deno.readDirSync(NAMESPACE_FOLDER)].map(({ name }) => name).sort();
  } catch (error) {
    // The first "ip netns add" of a machine makes the folder.
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
