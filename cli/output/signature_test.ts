import { strictEqual } from "node:assert/strict";
import { verifiedText } from "./signature.ts";

const IMAGE = {
  name: "quay.io/net/counter:v1",
  descriptor: { mediaType: "", digest: "sha256:1", size: 1 },
  isLocal: true,
} as const;

Deno.test("verifiedText() gives a terminal no orders that strangers wrote into a signature", () => {
  const refused = verifiedText({
    ...IMAGE,
    verdict: { kind: "refused", reasons: ["a: \x1b]0;title\x07\nsigned: b"] },
  });
  strictEqual(refused, "refused: quay.io/net/counter:v1@sha256:1\n  a: ?]0;title?signed: b\n");
  const signed = verifiedText({
    ...IMAGE,
    verdict: {
      kind: "signed",
      signer: { kind: "certificate", subject: "a\nb", issuer: "\x9bc" },
      where: "d",
      predicate: null,
    },
  });
  strictEqual(
    signed,
    "signed: quay.io/net/counter:v1@sha256:1\n  by: a?b (issuer ?c)\n  signature: d\n",
  );
});
