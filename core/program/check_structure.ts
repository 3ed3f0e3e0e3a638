/**
 * The strict gate before a load: neither libbpf nor the kernel meets an object with a broken
 * structure.
 *
 * @module
 */
import { runGate } from "../../bytecode-tools/object/gate.ts";
import { BpfmanError } from "../errors.ts";

/** Most refusals that an error tells. */
const MAX_REFUSALS = 3;

/**
 * Refuses an object with a broken structure.
 *
 * @param path Path of the object, for the message.
 * @param bytes The whole file.
 * @throws {BpfmanError} With the first refusals of the gate.
 */
export function checkStructure(path: string, bytes: Uint8Array): void {
  const { refusals } = runGate(bytes);
  const [first] = refusals;
  if (first === undefined) return;
  const shown = refusals.slice(0, MAX_REFUSALS).map(({ message, rule, offset, section }) => {
    const place = section === undefined ? `byte ${offset}` : `byte ${offset} in "${section}"`;
    return `${message} (${rule}, ${place})`;
  });
  const more = refusals.length - shown.length;
  throw new BpfmanError(
    `Cannot load "${path}": ${shown.join("; ")}${more === 0 ? "" : `; and ${more} more`}`,
    { code: `object-${first.code}`, hint: `See: bpfman validate ${path}` },
  );
}
