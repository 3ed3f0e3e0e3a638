/**
 * Why one of several applications is left out, as the front tells the loader.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../../core/errors.ts";
import type { KeyedRefusal } from "../../core/handover/several.ts";
import { refusedOf } from "../audit_refusal.ts";
import { EXIT_CODES } from "../exit_codes.ts";
import { codeOf, exitCodeOf, joinedMessage } from "../report_error.ts";

/** An error as it is handed over; the next step for the user goes with the message. */
export function refusalOf(error: Error): KeyedRefusal["refusal"] {
  const hint = error instanceof BpfmanError ? error.hint : undefined;
  const message = joinedMessage(error);
  return {
    exitCode: exitCodeOf(error),
    code: codeOf(error),
    message: hint === undefined ? message : `${message} (${hint})`,
    refused: refusedOf(error),
  };
}

/** The error that was handed over. */
export function errorOfRefusal({ exitCode, code, message }: KeyedRefusal["refusal"]): BpfmanError {
  const kinds = Object.values(ErrorKind);
  const kind = kinds.find((one) => EXIT_CODES[one] === exitCode) ?? ErrorKind.OTHER;
  return new BpfmanError(message, { code, kind });
}
