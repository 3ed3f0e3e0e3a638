/**
 * What the verifier said of a composed program, in terms of the member that it was looking at.
 *
 * @module
 */
import type { VerifierError } from "../../../ffi/mod.ts";
import { BpfmanError, ErrorKind } from "../../errors.ts";
import { decisiveLine } from "../../kernel_errors.ts";
import type { BodyPlace } from "./join.ts";

/** An instruction in the log, such as `123: (85) call pc+7`. */
const INSTRUCTION = /^(\d+): \([0-9a-f]{2}\)/;

/** The member whose instruction the log names last, null for none. */
export function accusedMember(log: string, places: readonly BodyPlace[]): string | null {
  const last = log.split("\n").map((line) => INSTRUCTION.exec(line)?.[1])
    .findLast((at) => at !== undefined);
  if (last === undefined) return null;
  return places.find(({ start, end }) => start <= Number(last) && Number(last) < end)?.name ?? null;
}

/** True for an error of the verifier. */
export function isVerifierError(error: unknown): error is VerifierError {
  return error instanceof Error && error.name === "VerifierError";
}

/** The refusal of a composed program as an error for users. */
export function composeRefused(error: VerifierError, places: readonly BodyPlace[]): BpfmanError {
  const name = accusedMember(error.log, places);
  const where = name === null ? "" : ` in "${name}"`;
  return new BpfmanError(
    `Cannot compose ${places.map((place) => `"${place.name}"`).join(", ")}: each runs alone, but ` +
      `the kernel verifier refused them as one program${where}: ${decisiveLine(error.log)}`,
    {
      code: "chain-refused",
      kind: ErrorKind.KERNEL,
      hint: "Where the kernel has extension programs, try: --engine freplace",
      log: error.log,
      cause: error,
    },
  );
}
