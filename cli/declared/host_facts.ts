/**
 * What selectors of manifests ask of this machine.
 *
 * @module
 */
import type { HostFacts } from "../../core/manifest/mod.ts";
import type { Machine } from "../context.ts";

const INTERFACES = "/sys/class/net";
/** IFF_UP of `linux/if.h`. */
const UP = 1;
/** RTF_UP, and a route that is not one. */
const ROUTE_UP = 1;
const ROUTE_REJECT = 0x200;

type Files = Machine["files"];

function readRows(files: Files, path: string): string[][] {
  if (!files.exists(path)) return [];
  return files.readText(path).split("\n").map((line) => line.trim().split(/\s+/));
}

function isUsed(flags: string | undefined): boolean {
  const bits = parseInt(flags ?? "0", 16);
  return (bits & ROUTE_UP) !== 0 && (bits & ROUTE_REJECT) === 0;
}

/** Interfaces that a default route leaves by. */
function routedInterfaces(files: Files): Set<string> {
  // interface, destination, gateway, flags, …, mask in the eighth column
  const four = readRows(files, "/proc/net/route")
    .filter(([, to, , flags, , , , mask]) =>
      to === "00000000" && mask === "00000000" && isUsed(flags)
    )
    .map(([name = ""]) => name);
  // destination and its length first, flags and interface last
  const six = readRows(files, "/proc/net/ipv6_route")
    .filter(([to = "", length]) => /^0{32}$/.test(to) && length === "00")
    .filter((row) => isUsed(row.at(-2))).map((row) => row.at(-1) ?? "");
  return new Set([...four, ...six]);
}

function isUp(files: Files, name: string): boolean {
  try {
    return (parseInt(files.readText(`${INTERFACES}/${name}/flags`).trim(), 16) & UP) !== 0;
  } catch {
    // it has gone meanwhile
    return false;
  }
}

/** Reads the interfaces of this machine. */
export function readHostFacts(files: Files): HostFacts {
  const routed = routedInterfaces(files);
  const names = files.exists(INTERFACES) ? files.list(INTERFACES) : [];
  const interfaces = names.filter((name) => files.exists(`${INTERFACES}/${name}/flags`)).sort()
    .map((name) => ({ name, isUp: isUp(files, name), hasDefaultRoute: routed.has(name) }));
  return { interfaces };
}
