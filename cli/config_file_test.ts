import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { parseConfiguration, readConfiguration } from "./config_file.ts";
import { BAD_CONFIGURATIONS } from "../tests/support/config_cases.ts";

Deno.test("parseConfiguration() reads the group and mode of maps", async () => {
  const text = '[maps]\ngroup = "bpf"\nmode = "0640"\n';
  deepStrictEqual(await parseConfiguration(text, "f"), {
    mapAccess: { group: "bpf", mode: 0o640 },
    warnings: [],
  });
});

Deno.test("parseConfiguration() takes bpfman's own file", async () => {
  const text = `[signing]
allow_unsigned = true
verify_enabled = false
[[signing.trusted_identities]]
certificate_identity = "a"
certificate_oidc_issuer_regexp = "https://b/.*"
[logging]
level = "info"
[logging.components]
store = "debug"
[interfaces.eth0]
xdp_mode = "skb"
[database]
max_retries = 10
`;
  deepStrictEqual(await parseConfiguration(text, "f"), {
    signing: {
      verifyEnabled: false,
      allowUnsigned: true,
      trustedIdentities: [{ subject: "a", issuerPattern: "https://b/.*" }],
    },
    warnings: [],
  });
});

Deno.test("parseConfiguration() warns of unknown keys with the nearest known one", async () => {
  const { warnings } = await parseConfiguration("[maps]\ngrup = 1\n[colour]\n", "f");
  deepStrictEqual(warnings, [
    'the configuration "f" has the unknown key "maps.grup" (Did you mean "group"?)',
    'the configuration "f" has the unknown key "colour"',
  ]);
});

for (const { text, says } of BAD_CONFIGURATIONS) {
  Deno.test(`the configuration ${JSON.stringify(text)} is refused`, async () => {
    await rejects(parseConfiguration(text, "f"), says);
  });
}

Deno.test("readConfiguration() refuses a named file that does not exist", async () => {
  await rejects(readConfiguration("/nonexistent/a.toml"), /it does not exist/);
});

Deno.test("parseConfiguration() reads the engine of chains, and names those that there are", async () => {
  strictEqual((await parseConfiguration('[chain]\nengine = "freplace"', "f")).engine, "freplace");
  strictEqual((await parseConfiguration("", "f")).engine, undefined);
  await rejects(
    parseConfiguration('[chain]\nengine = "fast"', "f"),
    /Cannot use chain\.engine in "f": it must be one of auto, compose, freplace, libxdp/,
  );
  await rejects(parseConfiguration("chain = 1", "f"), /Cannot use chain in "f"/);
});

Deno.test("parseConfiguration() reads what is set for registries", async () => {
  const text = '[registries."r.example:5000"]\ninsecure = true\n' +
    '[registries."s.example"]\nca_file = "/etc/ca.pem"\nproxy = 1\n';
  deepStrictEqual(await parseConfiguration(text, "f"), {
    registries: { "r.example:5000": { isInsecure: true }, "s.example": { caFile: "/etc/ca.pem" } },
    warnings: ['the configuration "f" has the unknown key "registries."s.example".proxy"'],
  });
});
