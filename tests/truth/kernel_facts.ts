/**
 * The profile of a kernel from the files that `in_guest.sh` keeps.
 *
 * @module
 */
import { type KernelProfile, makeProfile } from "../../bytecode-tools/kernel/profile.ts";
import { ifThere } from "../../core/files/if_there.ts";

function readIfThere(path: string): string | undefined {
  return ifThere(() => Deno.readTextFileSync(path));
}

/** Reads the facts below a folder. */
export function readFacts(name: string, folder: string): KernelProfile {
  const texts = {
    config: readIfThere(`${folder}/config`),
    symbols: readIfThere(`${folder}/kallsyms`),
    tracepoints: readIfThere(`${folder}/events`),
    securityModules: readIfThere(`${folder}/lsm`),
  };
  const known = Object.entries(texts).filter(([, text]) => text !== undefined);
  const modules = [...Deno.readDirSync(`${folder}/btf`)].filter((entry) => entry.name !== "vmlinux")
    .map((entry) => ({ name: entry.name, btf: Deno.readFileSync(`${folder}/btf/${entry.name}`) }));
  return makeProfile({
    name,
    release: Deno.readTextFileSync(`${folder}/release`).trim(),
    btf: Deno.readFileSync(`${folder}/btf/vmlinux`),
    modules,
    ...Object.fromEntries(known),
  });
}
