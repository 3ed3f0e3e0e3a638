/**
 * What may be left in the kernel and in the runtime directory where nothing is loaded any more.
 *
 * @module
 */
import { mustRun } from "../support/must.ts";
import type { WireEnd } from "../support/netns.ts";
import type { Workspace } from "../support/workspace.ts";

/** Files that the database makes and removes as it likes, and databases that repair kept aside. */
const OF_DATABASE = /^db\/store\.kv(-(wal|shm|journal)|\.corrupt-.*)$/;

/** Files and folders of a runtime directory, without its bpffs. */
export function filesIn({ path, bpffs }: Workspace): string[] {
  function below(folder: string): string[] {
    return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
      const here = `${folder}/${name}`;
      if (here === bpffs) return [];
      return [here.slice(path.length + 1), ...(isDirectory ? below(here) : [])];
    });
  }
  return below(path).filter((name) => !OF_DATABASE.test(name)).sort();
}

/** What is on an interface: an XDP program, filters, queues that hold filters; empty when nothing. */
export async function hooksOf({ netns, interface: name }: WireEnd): Promise<string[]> {
  const script = `ip -o link show dev ${name} | grep -o 'prog/xdp.*' || true
    tc qdisc show dev ${name} | grep -E 'clsact|ingress' || true
    tc filter show dev ${name} ingress 2>/dev/null || true
    tc filter show dev ${name} egress 2>/dev/null || true`;
  const text = await mustRun("nsenter", [`--net=${netns}`, "sh", "-c", script]);
  return text.split("\n").filter((line) => line.trim() !== "");
}
