/**
 * A program of the fixtures `xdp_member` and `tc_member`, by its kernel id: its verdict is set and
 * its runs are counted through the maps of the loaded program, whatever copies of it run.
 *
 * @module
 */
import type { ProgramId } from "../../core/types.ts";
import type { Fd } from "../../ffi/fd.ts";
import { openKernel } from "../../ffi/mod.ts";
import { must } from "./must.ts";
import { openMap, openProgram, readElement, writeElement } from "./raw_objects.ts";

const RUNS = 0;
const REFUSED = 1;

/** A member of a chain. */
export class Member implements Disposable {
  readonly programId: ProgramId;
  readonly #stack = new DisposableStack();
  readonly #maps = new Map<string, Fd>();
  #verdict: number | undefined;

  constructor(programId: ProgramId) {
    this.programId = programId;
    const { bpf } = openKernel();
    const { mapIds } = must(bpf.programInfo(programId), `program ${programId}`);
    for (const id of mapIds) {
      const { name } = must(bpf.mapInfo(id), `map ${id}`);
      this.#maps.set(name, this.#stack.use(openMap(id)));
    }
  }

  #map(name: string): Fd {
    return must(this.#maps.get(name), `map "${name}" of program ${this.programId}`);
  }

  #slot(slot: number): number {
    const bytes = readElement(this.#map("member_stats"), slot, 8);
    return Number(new DataView(bytes.buffer).getBigUint64(0, true));
  }

  /** How often it ran, times its `step`. */
  get runs(): number {
    return this.#slot(RUNS);
  }

  /** Packets that it dropped, if it is a gate. */
  get refused(): number {
    return this.#slot(REFUSED);
  }

  /** Starts its counts anew. */
  reset(): void {
    for (const slot of [RUNS, REFUSED]) {
      writeElement(this.#map("member_stats"), slot, new Uint8Array(8));
    }
  }

  /** Sets what it returns from now on. */
  say(verdict: number): void {
    if (this.#verdict === verdict) return;
    this.#verdict = verdict;
    writeElement(this.#map("bpfman.data"), 0, new Uint8Array(Int32Array.of(verdict).buffer));
  }

  /** Lets its tail call lead to another program. */
  jumpTo(programId: ProgramId): void {
    using target = openProgram(programId);
    const value = new Uint8Array(Uint32Array.of(target.raw).buffer);
    writeElement(this.#map("member_jumps"), 0, value);
  }

  [Symbol.dispose](): void {
    this.#stack.dispose();
  }
}
