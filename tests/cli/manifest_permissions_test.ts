/**
 * Reading manifests needs no right but to read their files, and to ask for two variables.
 *
 * @module
 */
import { equal, match } from "node:assert/strict";
import { MANIFEST_ENVIRONMENT } from "../../cli/permissions.ts";

const ROOT = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");
const OLD = `${ROOT}/tests/fixtures/manifests/old/v04.yaml`;

async function deno(args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("convert works with its permission set", async () => {
  const { code, stdout, stderr } = await deno([
    `--config=${ROOT}/deno.json`,
    "-P=convert",
    `${ROOT}/cli/main.ts`,
    "convert",
    "-f",
    OLD,
  ]);
  equal(code, 0, stderr);
  match(stdout, /kind: ClusterBpfApplication/);
});

Deno.test("core/manifest reads text with two variables as its only right", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const script = `${folder}/read.ts`;
    const text = JSON.stringify(Deno.readTextFileSync(`${ROOT}/tests/fixtures/manifests/app.yaml`));
    Deno.writeTextFileSync(
      script,
      `import { expand, exportManifest, readManifests } from "${ROOT}/core/manifest/mod.ts";
const [manifest] = readManifests([{ path: "app.yaml", text: ${text} }]);
const interfaces = [{ name: "eth9", isUp: true, hasDefaultRoute: true }];
console.log(exportManifest(expand(manifest, { interfaces }).application));`,
    );
    const config = `--config=${ROOT}/deno.json`;
    const granted = `--allow-env=${MANIFEST_ENVIRONMENT.join(",")}`;
    const { code, stdout, stderr } = await deno([config, granted, script]);
    equal(code, 0, stderr);
    match(stdout, /- eth9/);
    // without them it would fail: the list is not longer than it must be
    const refused = await deno([config, script]);
    match(
      refused.stderr,
      new RegExp(`Requires env access to "(${MANIFEST_ENVIRONMENT.join("|")})"`),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
