/**
 * What a policy can demand of an image: a signature, or an attestation of one kind, by one signer.
 *
 * @module
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { COSIGN_SIGN_PREDICATE } from "../../core/signature/statement.ts";
import { verifyRequirement } from "../../core/signature/verify_requirement.ts";
import { ALL, KEY, layoutWith, OTHER, PROVENANCE, SPDX } from "./attested_build.ts";

Deno.test("verifyRequirement() accepts the attestation of a kind by its signer, with content", async () => {
  using signed = await layoutWith({ ...ALL, key: KEY });
  for (const attestation of [PROVENANCE, SPDX]) {
    const verdict = await verifyRequirement({
      ...signed,
      requirement: { ...KEY.rule, attestation },
    });
    ok(verdict.kind === "signed", JSON.stringify(verdict));
    match(JSON.stringify(verdict.predicate), attestation === SPDX ? /SPDX-2\.3/ : /buildType/);
  }
  strictEqual((await verifyRequirement({ ...signed, requirement: KEY.rule })).kind, "signed");
});

Deno.test("verifyRequirement() refuses another kind, another key, and a signature for an attestation", async () => {
  using onlySigned = await layoutWith({ key: KEY });
  using onlySbom = await layoutWith({ sbom: true, key: KEY });
  const demand = (attestation: string, { rule } = KEY) => ({ ...rule, attestation });
  const cases = [
    [
      onlySigned,
      demand(PROVENANCE),
      /attestation \(https:\/\/sigstore\.dev\/cosign\/sign\/v1\), wanted/,
    ],
    [onlySigned, demand(COSIGN_SIGN_PREDICATE), /is a signature and no attestation/],
    [onlySbom, demand(PROVENANCE), /wanted is "https:\/\/slsa\.dev\/provenance\/v1"/],
    [onlySbom, demand(SPDX, OTHER), /signature verification failed/],
    [onlySbom, demand(`${SPDX}/v2`), /wanted is/],
  ] as const;
  for (const [image, requirement, reason] of cases) {
    const verdict = await verifyRequirement({ ...image, requirement });
    ok(verdict.kind === "refused", JSON.stringify(verdict));
    ok(verdict.reasons.some((one) => reason.test(one)), verdict.reasons.join("\n"));
  }
});

Deno.test("verifyRequirement() takes no attestation for a signature, and no plain statement for one", async () => {
  using plain = await layoutWith(ALL);
  for (const requirement of [KEY.rule, { ...KEY.rule, attestation: PROVENANCE }]) {
    deepStrictEqual(await verifyRequirement({ ...plain, requirement }), { kind: "unsigned" });
  }
  using signed = await layoutWith({ ...ALL, key: KEY });
  const { source } = signed;
  const attestations = async () => {
    const found = await source.referrers();
    const kept = [];
    for (const one of found) {
      const text = new TextDecoder().decode(await source.fetch(one));
      if (!text.includes(COSIGN_SIGN_PREDICATE)) kept.push(one);
    }
    return kept;
  };
  const without = { ...source, referrers: attestations };
  strictEqual((await attestations()).length, (await source.referrers()).length - 1);
  const verdict = await verifyRequirement({ ...signed, source: without, requirement: KEY.rule });
  ok(verdict.kind === "refused");
  for (const reason of verdict.reasons) match(reason, /it is an attestation/);
});

Deno.test("verifyRequirement() refuses an attestation that speaks of another image", async () => {
  using one = await layoutWith({ ...ALL, key: KEY });
  // whoever holds the image lists a good attestation of another one as this one's
  const subject = { ...one.subject, digest: `sha256:${"0".repeat(64)}` };
  const source = {
    ...one.source,
    referrers: () => one.source.referrers(),
    fetch: async (descriptor: Parameters<typeof one.source.fetch>[0]) => {
      const bytes = await one.source.fetch(descriptor);
      const text = new TextDecoder().decode(bytes);
      return text.startsWith("{") && text.includes('"subject":{"mediaType"')
        ? new TextEncoder().encode(text.replaceAll(one.subject.digest, subject.digest))
        : bytes;
    },
  };
  const requirement = { ...KEY.rule, attestation: PROVENANCE };
  const verdict = await verifyRequirement({ source, subject, requirement });
  ok(verdict.kind === "refused", JSON.stringify(verdict));
  ok(
    verdict.reasons.some((reason) => reason.endsWith("it signs another image")),
    `${verdict.reasons}`,
  );
});
