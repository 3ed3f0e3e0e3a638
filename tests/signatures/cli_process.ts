/**
 * The tool in processes of its own, on the fixtures of signatures.
 *
 * @module
 */

/** The checkout. */
export const ROOT = new URL("../../", import.meta.url);
export const FIXTURES = new URL("../fixtures/signatures/", import.meta.url);
export const MAIN = new URL("cli/main.ts", ROOT).pathname;
export const IMAGE = "sha256:0ef6fb2e1f19e170b523b5d6d52ab5ddde6512cae8ef825d730b643eb5153fc2";
export const K2 = ["--key", path("keys/k2.pub")];
export const K3 = ["--key", path("keys/k3.pub")];
export const MOCK_ROOT = ["--trusted-root", path("mock-instance/trusted_root.json")];
export const SUBJECT = ["--certificate-identity", "builder@example.com"];
export const ISSUER = ["--certificate-oidc-issuer", "https://issuer.example.com"];
export const BUILDER = [...SUBJECT, ...ISSUER];

/** Path of a fixture. */
export function path(name: string): string {
  return new URL(name, FIXTURES).pathname;
}

/** Name of the image in a signed layout. */
export function layout(name: string): string {
  return `oci:${path(`signed/${name}`)}:v1`;
}

/** What a process answered. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the tool. */
export async function run(
  args: readonly string[],
  flags: readonly string[] = ["-A"],
  env: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", ...flags, MAIN, ...args],
    env: { NO_COLOR: "1", BPFMAN_CONFIG: "", BPFMAN_DEBUG: "", BPFMAN_REGISTRY_AUTH: "", ...env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** The vectors of sigstore-conformance. */
export const VECTORS = path("conformance");

/** True when the file is there. */
export function hasFile(name: string): boolean {
  try {
    return Deno.statSync(name).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Who signed the vectors that do not say it. */
export const IDENTITY =
  "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
const BEACON = [
  "--certificate-identity",
  IDENTITY,
  "--certificate-oidc-issuer",
  "https://token.actions.githubusercontent.com",
];

/** The arguments of a vector in the order of the protocol. */
export function bundleArgs(vector: string, signed: string): string[] {
  const folder = `${VECTORS}/${vector}`;
  const key = `${folder}/key.pub`;
  const root = `${folder}/trusted_root.json`;
  return [
    "verify-bundle",
    "--bundle",
    `${folder}/bundle.sigstore.json`,
    ...hasFile(key) ? ["--key", key] : BEACON,
    ...hasFile(root) ? ["--trusted-root", root] : [],
    signed,
  ];
}
