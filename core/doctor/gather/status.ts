/**
 * What `status` says, as far as the doctor tells it.
 *
 * @module
 */
import type { Manager } from "../../api.ts";
import type { StatusFacts } from "../facts.ts";

/**
 * Compares store, pins and kernel; a user who may not ask learns why.
 *
 * @param open Opens a manager.
 */
export async function statusFacts(
  open: () => Promise<Pick<Manager, "status">>,
): Promise<StatusFacts> {
  try {
    const { counts: { programs, links }, findings, holder } = await (await open()).status();
    const messages = (wanted: string): string[] =>
      findings.filter(({ severity }) => severity === wanted).map(({ message }) => message);
    return { programs, links, drift: messages("drift"), notes: messages("note"), holder };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
