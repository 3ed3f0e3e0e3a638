import { strictEqual } from "node:assert/strict";
import { networkReason } from "./http.ts";

const URL_TEXT = "https://registry.example/v2/net/nothing/manifests/v1";
const DNS = "dns error: failed to lookup address information: Name or service not known";

const REASONS: readonly [string, string][] = [
  [`client error (Connect): ${DNS}`, DNS],
  [`error sending request for url (${URL_TEXT}): client error (Connect): ${DNS}`, DNS],
  [
    `client error (Connect): ${DNS}: fetch failed: error sending request for url (${URL_TEXT})`,
    DNS,
  ],
  ["connection closed before message completed", "connection closed before message completed"],
];

for (const [message, reason] of REASONS) {
  Deno.test(`networkReason() finds the cause in "${message.slice(0, 50)}"`, () => {
    strictEqual(networkReason(new TypeError(message)), reason);
    strictEqual(
      networkReason(Object.assign(new TypeError("Fetch"), { cause: new Error(message) })),
      reason,
    );
  });
}
