/**
 * Minimal BTF: the few types of a kernel that one object needs, so that the object runs on kernels
 * that have no BTF of their own. A few kilobytes instead of megabytes.
 *
 * @module
 */
import { Batch } from "../wasm/batch.ts";
import * as calls from "../wasm/calls.ts";
import type { Earlier } from "../wasm/runner.ts";
import { DEFAULT_DEADLINE } from "../wasm/worker.ts";

/** Options of {@linkcode minBtfWithin}. */
export interface MinBtfWithinOptions {
  /** Milliseconds. @default 5000 */
  readonly deadline?: number;
}

function plan(batch: Batch, object: Uint8Array, btf: Uint8Array): Earlier {
  const opened = batch.add(calls.openObject(object, "object"));
  batch.add(calls.setTarget(opened, batch.add(calls.openBtf(btf, 0))));
  return batch.add(calls.minBtf(opened));
}

/**
 * Makes the minimal BTF of an object for a kernel.
 *
 * @param object The object.
 * @param btf The kernel's BTF.
 * @throws {InspectError} When libbpf does not take one of them.
 */
export function minBtf(object: Uint8Array, btf: Uint8Array): Uint8Array {
  const batch = new Batch();
  const place = plan(batch, object, btf);
  return batch.run().of(place).answer;
}

/** Like {@linkcode minBtf}, in a worker that is stopped at the deadline. */
export async function minBtfWithin(
  object: Uint8Array,
  btf: Uint8Array,
  options: MinBtfWithinOptions = {},
): Promise<Uint8Array> {
  const batch = new Batch();
  const place = plan(batch, object, btf);
  return (await batch.runWithin(options.deadline ?? DEFAULT_DEADLINE)).of(place).answer;
}
