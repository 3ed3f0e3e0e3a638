/**
 * The running kernel's own description of its types, as bpftool prints it.
 *
 * @module
 */
import { must, mustRun } from "./must.ts";

interface BtfMember {
  readonly name: string;
  readonly type: number;
  readonly bits: number;
}

interface BtfType {
  readonly members: readonly BtfMember[];
  /** Names and numbers of an enum. */
  readonly values: ReadonlyMap<string, number>;
}

const HEAD = /^\[(\d+)\] (STRUCT|UNION|ENUM) '([^']*)'/;
const MEMBER = /^\t'([^']*)' type_id=(\d+) bits_offset=(\d+)/;
const VALUE = /^\t'([^']*)' val=(-?\d+)/;

/** Structs and enums of the kernel, by name. */
export class KernelBtf {
  readonly #byId = new Map<number, BtfType>();
  readonly #byName = new Map<string, BtfType>();

  private constructor(text: string) {
    let members: BtfMember[] = [];
    let values = new Map<string, number>();
    for (const line of text.split("\n")) {
      const head = HEAD.exec(line);
      const member = MEMBER.exec(line);
      const value = VALUE.exec(line);
      if (head !== null) {
        [members, values] = [[], new Map()];
        const [, id = "", kind = "", name = ""] = head;
        const type: BtfType = { members, values };
        this.#byId.set(Number(id), type);
        this.#byName.set(`${kind} ${name}`, type);
      } else if (member !== null) {
        const [, name = "", type = "", bits = ""] = member;
        members.push({ name, type: Number(type), bits: Number(bits) });
      } else if (value !== null) {
        values.set(value[1] ?? "", Number(value[2]));
      } else {
        // a kind that is of no interest: its lines must not be added to the one before
        [members, values] = [[], new Map()];
      }
    }
  }

  /** Reads the running kernel's. */
  static async read(): Promise<KernelBtf> {
    const path = "/sys/kernel/btf/vmlinux";
    return new KernelBtf(await mustRun("bpftool", ["btf", "dump", "file", path]));
  }

  /** Offset in bytes of a member by its path; undefined when this kernel does not have it. */
  offsetOf(struct: string, path: string): number | undefined {
    const bits = this.#find(must(this.#byName.get(`STRUCT ${struct}`), struct), path.split("."));
    return bits === undefined ? undefined : bits / 8;
  }

  /** Number of an enum's value; undefined when this kernel does not have it. */
  enumValue(name: string, value: string): number | undefined {
    return must(this.#byName.get(`ENUM ${name}`), name).values.get(value);
  }

  /** Members of unions and structs without a name count as members of what they are in. */
  #find(type: BtfType, path: readonly string[]): number | undefined {
    const [first, ...rest] = path;
    for (const member of type.members) {
      const inner = this.#byId.get(member.type);
      const isNamed = member.name === first;
      if (isNamed && rest.length === 0) return member.bits;
      if (inner === undefined || (!isNamed && member.name !== "(anon)")) continue;
      const found = this.#find(inner, isNamed ? rest : path);
      if (found !== undefined) return member.bits + found;
    }
    return undefined;
  }
}
