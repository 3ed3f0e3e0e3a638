/**
 * docs/manifests.md: its manifests are good, and its commands print what the page shows.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Ajv2020 } from "ajv/2020";
import { parse } from "yaml";
import { MANIFEST_TYPES } from "../../core/manifest/types.ts";
import { OLD_PROGRAM_KINDS, OLD_STATE_KINDS } from "../../core/manifest/old_kinds.ts";
import { expand, readManifests } from "../../core/manifest/mod.ts";
import { TC_ACTIONS, XDP_ACTIONS } from "../../core/manifest/words.ts";
import { codeBlocks, OutputMatcher, readExamples } from "./console_blocks.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const PAGE = Deno.readTextFileSync(`${ROOT}docs/manifests.md`);
const FIXTURES = `${ROOT}tests/fixtures/manifests`;
const MODELINE = /^# yaml-language-server: \$schema=(\S+)$/m;

/** The manifests of the page. */
const MANIFESTS = codeBlocks(PAGE, "yaml");

/** What the first manifest of the page is when three things in it are wrong. */
const BROKEN = (MANIFESTS[0] ?? "").replace(/^#.*\n/, "").replace("type: XDP", "type: Xdp")
  .replace("priority", "priorty").replace(/ {6}tracepoint:\n.*\n.*\n/, "");

const OLD = `apiVersion: bpfd.dev/v1alpha1
kind: XdpProgram
metadata:
  name: pass
spec:
  bpffunctionname: xdp_pass
  nodeselector: {}
  interfaceselector: { interfaces: [eth0] }
  priority: 0
  retries: 3
  bytecode: { image: { url: "quay.io/example/xdp_pass:latest" } }
`;

const HOST = { interfaces: [{ name: "eth0", isUp: true, hasDefaultRoute: true }] };

function validator() {
  const schema = JSON.parse(
    Deno.readTextFileSync(`${ROOT}docs/schema/bpfapplication.schema.json`),
  );
  return new Ajv2020({ strict: false }).compile(schema);
}

Deno.test("docs/manifests.md: every manifest is good, to us and by the published schema", () => {
  const validate = validator();
  ok(MANIFESTS.length >= 2);
  for (const text of MANIFESTS) {
    const [manifest] = readManifests([{ path: "app.yaml", text }]);
    ok(manifest !== undefined);
    deepStrictEqual(expand(manifest, HOST).warnings, []);
    ok(validate(parse(text)), JSON.stringify(validate.errors));
    ok(Deno.statSync(`${ROOT}${MODELINE.exec(text)?.[1]}`).isFile);
  }
});

Deno.test("the manifests of the tests name the schema, and fit it", () => {
  const validate = validator();
  for (const name of ["app.yaml", "namespace.yaml"]) {
    const text = Deno.readTextFileSync(`${FIXTURES}/${name}`);
    ok(Deno.statSync(`${FIXTURES}/${MODELINE.exec(text)?.[1]}`).isFile);
    ok(validate(parse(text)), JSON.stringify(validate.errors));
    strictEqual(readManifests([{ path: name, text }]).length, 1);
  }
  strictEqual(validate(parse(Deno.readTextFileSync(`${FIXTURES}/broken.yaml`))), false);
});

Deno.test("docs/manifests.md names every type, every result and every older kind", () => {
  const words = new Set(PAGE.match(/\w+/g));
  const wanted = [
    ...MANIFEST_TYPES,
    ...XDP_ACTIONS,
    ...TC_ACTIONS,
    ...Object.keys(OLD_PROGRAM_KINDS),
    ...OLD_STATE_KINDS,
  ];
  ok(wanted.length > 30);
  deepStrictEqual(wanted.filter((word) => !words.has(word)), []);
});

Deno.test("docs/manifests.md: the commands print what the page shows", async () => {
  const folder = await Deno.makeTempDir();
  try {
    Deno.writeTextFileSync(`${folder}/broken.yaml`, BROKEN);
    Deno.writeTextFileSync(`${folder}/old.yaml`, OLD);
    const bpfman = `bpfman() { '${Deno.execPath()}' run -A '${ROOT}mod.ts' "$@"; }`;
    const examples = readExamples(PAGE);
    strictEqual(examples.length, 2);
    for (const { command, output: expected } of examples) {
      const { stdout } = await new Deno.Command("bash", {
        args: ["-c", `exec 2>&1\n${bpfman}\n${command}`],
        cwd: folder,
        env: { NO_COLOR: "1", BPFMAN_CONFIG: "" },
        stdin: "null",
      }).output();
      const output = new TextDecoder().decode(stdout);
      const lines = output.split("\n").filter((line) => line !== "");
      const mismatch = new OutputMatcher().mismatch(expected, lines);
      ok(mismatch === undefined, `the output of "${command}" differs\n${mismatch}\n${output}`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
