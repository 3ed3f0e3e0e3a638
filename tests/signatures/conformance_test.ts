/**
 * The vectors of sigstore-conformance: directories whose names end in `_fail` must be refused, all
 * others must pass.
 *
 * @module
 */
import { ok, strictEqual } from "node:assert/strict";
import { ifThere } from "../../core/files/if_there.ts";
import { readTrustedRoot } from "../../core/signature/trusted_root.ts";
import { SignatureError } from "../../core/signature/types.ts";
import { verifyFile } from "../../core/signature/verify_file.ts";

const FIXTURES = new URL("../fixtures/signatures/", import.meta.url);
const VECTORS = new URL("conformance/", FIXTURES);

/** Whoever signed, where a vector does not say. */
const IDENTITY =
  "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
const ISSUER = "https://token.actions.githubusercontent.com";

const NAMES = [...Deno.readDirSync(VECTORS)].filter(({ isDirectory }) => isDirectory)
  .map(({ name }) => name).sort();

function readIfThere(path: URL): string | undefined {
  return ifThere(() => Deno.readTextFileSync(path));
}

/** Verifies a vector; by its bytes, or by nothing but their digest. */
async function verifyVector(name: string, isDigestOnly: boolean): Promise<void> {
  const folder = new URL(`${name}/`, VECTORS);
  const bytes = ifThere(() => Deno.readFileSync(new URL("artifact", folder))) ??
    Deno.readFileSync(new URL("a.txt", VECTORS));
  const digest = new Uint8Array(
    await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>),
  );
  const key = readIfThere(new URL("key.pub", folder));
  const subject = readIfThere(new URL("identity", folder))?.trim() ?? IDENTITY;
  const issuer = readIfThere(new URL("issuer", folder))?.trim() ?? ISSUER;
  const root = readIfThere(new URL("trusted_root.json", folder)) ??
    Deno.readTextFileSync(new URL("public-good-trusted_root.json", FIXTURES));
  verifyFile({
    bundle: Deno.readTextFileSync(new URL("bundle.sigstore.json", folder)),
    artifact: isDigestOnly ? { digest } : { bytes },
    rule: key === undefined ? { identities: [{ subject, issuer }] } : { keys: [key] },
    root: readTrustedRoot(root),
  });
}

Deno.test("the vectors of sigstore-conformance are all there", () => {
  strictEqual(NAMES.length, 70);
  strictEqual(NAMES.filter((name) => name.endsWith("_fail")).length, 49);
});

for (const name of NAMES) {
  for (const isDigestOnly of [false, true]) {
    const how = isDigestOnly ? "by digest" : "by file";
    Deno.test(`sigstore-conformance: ${name} ${how}`, async () => {
      let refusal: unknown;
      try {
        await verifyVector(name, isDigestOnly);
      } catch (error) {
        refusal = error;
      }
      if (!name.endsWith("_fail")) return strictEqual(refusal, undefined, String(refusal));
      // any other error would be a crash of ours and no refusal
      ok(refusal instanceof SignatureError, String(refusal ?? "it was accepted"));
    });
  }
}
