/**
 * Appends to a log until it has done so often enough, and says each time that it is done. Started
 * by tests that kill it or start many.
 *
 * Arguments: path of the log, of the head record, size of a file, number of entries.
 *
 * @module
 */
import { appendAttempt } from "../../core/audit/append.ts";
import { sampleAttempt } from "./audit_scene.ts";

const [file = "", head = "", maxBytes = "", count = ""] = Deno.args;
const place = { file, head, maxBytes: Number(maxBytes) };
const encoder = new TextEncoder();
for (let at = 0; at < Number(count); at++) {
  const { sequence } = await appendAttempt(place, sampleAttempt({ links: [Deno.pid, at] }));
  await Deno.stdout.write(encoder.encode(`${sequence}\n`));
}
