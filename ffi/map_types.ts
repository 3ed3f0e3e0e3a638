/**
 * Maps made and read without an object file.
 *
 * @module
 */
import type { OwnedFd } from "./kernel.ts";

/** Kernel numbers of the map types that we make (`enum bpf_map_type`, uapi/linux/bpf.h). */
export const BpfMapType = {
  ARRAY: 2,
  PROG_ARRAY: 3,
  PERCPU_ARRAY: 6,
  ARRAY_OF_MAPS: 12,
} as const;

/** Arguments of BPF_MAP_CREATE. */
export interface MapCreateOptions {
  /** First 15 characters count. */
  readonly name: string;
  /** `enum bpf_map_type`. */
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  /** Descriptor of a map that is like those which a map of maps will hold. */
  readonly innerMapFd?: number;
}

/** Maps by bpf(2). */
export interface MapCommands {
  /** Makes a map (BPF_MAP_CREATE). */
  create(options: MapCreateOptions): OwnedFd;
  /** Opens a map by id (needs CAP_SYS_ADMIN); null when it is gone. */
  open(id: number): OwnedFd | null;
  /** Value of a 32-bit key of an array. For per-CPU maps: the values of all possible CPUs. */
  read(fd: number, key: number): Uint8Array;
  /** Writes the value of a 32-bit key; for per-CPU maps the values of all possible CPUs. */
  write(fd: number, key: number, value: Uint8Array): void;
  /** Waits until every program has ended that was running when this was called. */
  waitForPrograms(): void;
}
