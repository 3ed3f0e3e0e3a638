/**
 * A fixture whose programs bear names that nobody else on this machine uses, so that a test can
 * tell its programs in the kernel from those of others.
 *
 * @module
 */
import { openKernel } from "../../ffi/mod.ts";
import { fixture } from "./cli.ts";
import { mustBecome } from "./must.ts";

function randomName(length: number): string {
  return `t_${crypto.randomUUID().replaceAll("-", "")}`.slice(0, length);
}

function replaceAll(bytes: Uint8Array, from: string, to: string): void {
  const [old, next] = [from, to].map((text) => new TextEncoder().encode(`\0${text}\0`));
  if (old === undefined || next === undefined) return;
  let found = 0;
  for (let at = 0; at + old.length <= bytes.length; at++) {
    if (!old.every((byte, index) => bytes[at + index] === byte)) continue;
    bytes.set(next, at);
    found++;
  }
  if (found === 0) throw new Error(`Cannot rename "${from}": it is not in the object`);
}

/** An object of our own. */
export class OwnObject {
  readonly path: string;
  /** Old name to new name. */
  readonly names: ReadonlyMap<string, string>;

  private constructor(path: string, names: ReadonlyMap<string, string>) {
    this.path = path;
    this.names = names;
  }

  /**
   * Copies a fixture and renames programs in it.
   *
   * @param folder Where the copy goes.
   * @param name Name of the fixture.
   * @param programs Names to change; the new ones have the same lengths.
   */
  static async make(
    folder: string,
    name: string,
    programs: readonly string[],
  ): Promise<OwnObject> {
    const bytes = await Deno.readFile(fixture(name));
    const names = new Map(programs.map((old) => [old, randomName(old.length)]));
    for (const [old, next] of names) replaceAll(bytes, old, next);
    const path = `${folder}/${name}-${randomName(8)}.bpf.o`;
    await Deno.writeFile(path, bytes);
    return new OwnObject(path, names);
  }

  /** New name of a program. */
  name(old: string): string {
    const found = this.names.get(old);
    if (found === undefined) throw new Error(`Cannot find "${old}": it was not renamed`);
    return found;
  }

  /** Name of a program in the fixture; the name itself where it is not one of these. */
  oldName(name: string): string {
    return [...this.names].find(([, next]) => next === name)?.[0] ?? name;
  }

  /** Ids of the object's programs in the kernel, whoever holds them. */
  programsInKernel(): number[] {
    const { bpf } = openKernel();
    // the kernel keeps 15 bytes of a name
    const ours = new Set([...this.names.values()].map((name) => name.slice(0, 15)));
    return bpf.ids("program").filter((id) => ours.has(bpf.programInfo(id)?.name ?? ""));
  }

  /** Waits until the kernel has just these programs; it frees those of a killed process late. */
  async mustBeInKernel(ids: readonly number[]): Promise<void> {
    const wanted = ids.toSorted((a, b) => a - b).join(" ");
    await mustBecome(
      `only programs [${wanted}] in the kernel`,
      () => this.programsInKernel().join(" ") === wanted,
    );
  }
}
