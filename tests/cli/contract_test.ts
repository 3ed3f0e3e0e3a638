/**
 * Every command that answers in JSON is run here, on this machine's kernel, and its answer is held
 * against the schema that is published for it. What this kernel lacks is held by golden cases.
 *
 * @module
 */
import { generateKeyPairSync } from "node:crypto";
import { deepStrictEqual, ok } from "node:assert/strict";
import { OUTPUTS } from "../../cli/schema/outputs.ts";
import { Cli, fixture, type LinkJson, type LoadedJson } from "../support/cli.ts";
import { Contract, mustFit, SEEN } from "../support/contract.ts";
import { jsonCases, jsonCommands } from "../support/json_cases.ts";
import { must } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { schemaProblems, schemasOf } from "../support/schemas.ts";
import { Stage } from "../support/stage.ts";
import { TYPE_CASES, type TypeCase } from "../support/type_cases.ts";
import { Workspace } from "../support/workspace.ts";
import { OwnRegistry } from "../registry/support/own_registry.ts";
import { TufRepository } from "../signatures/tuf_repository.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:ip", "command:bash"];
const AUDIT = "tests/fixtures/audit/whole.jsonl";

async function load(contract: Contract, name: string, programs: string, ...more: string[]) {
  const words = ["load", "file", fixture(name), "--programs", programs, ...more];
  const { programs: [program] } = await contract.answer<{ programs: LoadedJson[] }>(words);
  return String(must(program, "program").record.program_id);
}

async function conform(test: TypeCase): Promise<void> {
  await using stage = new Stage();
  const contract = new Contract(await stage.workspace());
  Deno.writeTextFileSync(contract.path("bpfman.toml"), "");
  const more = await test.load?.(stage) ?? [];
  const id = await load(contract, test.fixture, `${test.type}:${test.program}`, ...more);
  const words = ["attach", id, ...await test.place(stage)];
  const { record: { id: link } } = await contract.answer<LinkJson>(words);
  await contract.answer(["get", "link", String(link)]);
  await contract.answer(["get", "program", id]);
  await contract.answer(["list", "links"]);
  await contract.answer(["delete", "program", id, "--recursive"]);
}

for (const test of TYPE_CASES) {
  kernelTest(`contract: ${test.type}`, [...NEEDS, ...test.needs], () => conform(test));
}

kernelTest("contract: programs, links and hooks", NEEDS, async () => {
  await using wire = await Wire.make();
  await using contract = await Contract.make();
  const place = ["--iface", wire.near.interface, "--netns", wire.near.netns, "--priority", "5"];
  const xdp = ["--programs", "xdp:xdp_count"];
  await contract.answer(["list", "programs"]);
  const id = await load(contract, "xdp_counter", "xdp:xdp_count", "-m", "owner=me", "-a", "shop");
  const { record: { id: link } } = await contract.answer<LinkJson>(["attach", id, "xdp", ...place]);
  await contract.answer(["run", fixture("xdp_counter"), ...xdp, ...place]);
  await contract.answer(["link", "update", String(link), "--priority", "9"]);
  await contract.answer(["list", "programs", "--all"]);
  await contract.answer(["list", "links"]);
  const { dispatchers: [hook] } = await contract.answer<{
    dispatchers: { key: { type: string; nsid: number; ifindex: number } }[];
  }>(["dispatcher", "list"]);
  const { type, nsid, ifindex } = must(hook, "hook").key;
  const key = [type, String(nsid), String(ifindex)];
  await contract.answer(["dispatcher", "get", ...key]);
  await contract.answer(["status", "--record"]);
  await contract.answer(["repair", "--dry-run"]);
  await contract.answer(["policy", "why", "attach", id, "xdp", ...place]);
  const { program } = await contract.answer<{ program: LoadedJson }>(
    ["program", "replace", id, "--with", fixture("xdp_counter")],
  );
  await contract.answer(["detach", String(link)]);
  await contract.answer(["unload", String(program.record.program_id)]);
  const last = await contract.answer<{ links: { id: number }[] }>(["list", "links"]);
  await contract.answer(["delete", "link", String(must(last.links[0], "link").id)]);
  await load(contract, "xdp_counter", "xdp:xdp_count");
  await contract.answer(["delete", "program", "--all", "-r"]);
  const other = await load(contract, "xdp_counter", "xdp:xdp_count");
  await contract.answer(["attach", other, "xdp", ...place]);
  await contract.answer(["dispatcher", "delete", ...key]);
  await contract.answer(["repair"]);
  await contract.answer(["status"]);
  for (const verb of ["list", "verify", "head"]) await contract.answer(["audit", verb]);
});

kernelTest("contract: applications", NEEDS, async () => {
  await using wire = await Wire.make();
  await using contract = await Contract.make();
  const file = contract.path("app.json");
  const manifest = (priority: number) => ({
    apiVersion: "bpfman.io/v1alpha1",
    kind: "ClusterBpfApplication",
    metadata: { name: "shop" },
    spec: {
      nodeSelector: {},
      byteCode: { path: fixture("xdp_counter") },
      programs: [{
        name: "xdp_count",
        type: "XDP",
        xdp: {
          links: [{
            interfaceSelector: { interfaces: [wire.near.interface] },
            netnsPath: wire.near.netns,
            priority,
          }],
        },
      }],
    },
  });
  Deno.writeTextFileSync(file, JSON.stringify(manifest(50)));
  await contract.answer(["plan", "-f", file]);
  await contract.answer(["apply", "-f", file]);
  Deno.writeTextFileSync(file, JSON.stringify(manifest(10)));
  await contract.answer(["apply", "-f", file, "--dry-run"]);
  await contract.answer(["apply", "-f", file]);
  await contract.answer(["diff"]);
  await contract.answer(["rollback", "shop"]);
  await contract.answer(["restore"]);
  await contract.answer(["history"]);
  await contract.answer(["convert", "-f", "tests/fixtures/manifests/old/v05.yaml"]);
  await contract.answer(["delete", "-f", file]);
});

kernelTest("contract: images", NEEDS, async () => {
  await using registry = OwnRegistry.start();
  await using contract = await Contract.make();
  const key = contract.path("key.pem");
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = (one: typeof privateKey, type: "pkcs8" | "spki") =>
    one.export({ type, format: "pem" }).toString();
  Deno.writeTextFileSync(key, pem(privateKey, "pkcs8"), { mode: 0o600 });
  Deno.writeTextFileSync(`${key}.pub`, pem(publicKey, "spki"));
  const object = contract.path("counter.bpf.o");
  Deno.copyFileSync(fixture("xdp_counter"), object);
  const [first, second] = ["r.example/net/counter:v1", "r.example/net/counter:v2"];
  const layout = `oci:${contract.path("layout")}:v1`;
  await contract.answer(["image", "build", first, `linux/amd64=${object}`, "--provenance"]);
  await contract.answer(["image", "build", second, fixture("xdp_pass")]);
  await contract.answer(["image", "generate-build-args", object]);
  await contract.answer(["image", "inspect", first]);
  await contract.answer(["image", "inspect", second]);
  await contract.answer(["image", "list"]);
  await contract.answer(["image", "diff", first, second], 1);
  await contract.answer(["image", "push", first, layout]);
  await contract.answer(["image", "copy", layout, `oci:${contract.path("other")}:v1`]);
  const remote = `${registry.host}/net/counter:v1`;
  await contract.answer(["image", "copy", layout, remote]);
  await contract.answer(["image", "pull", remote]);
  await contract.answer(["image", "sign", layout, "--key", key]);
  await contract.answer(["image", "verify", layout, "--key", `${key}.pub`]);
  await contract.answer(["image", "verify", second, "--key", `${key}.pub`], 4);
  await contract.answer(["sign", object, "--key", key]);
  await contract.answer(["image", "tag", second, "r.example/net/other:v1"]);
  await contract.run(["image", "save", second, "-o", contract.path("images.tar")]);
  await contract.answer(["image", "load", contract.path("images.tar")]);
  await contract.answer(["image", "remove", second]);
  const words = ["load", "image", first, "--programs", "xdp:xdp_count", "-p", "Never"];
  await contract.answer(words);
  await contract.answer(["policy", "why", ...words, "--data-dir", contract.path("data")]);
  await contract.answer(["get", "program", String(await onlyProgram(contract))]);
  await contract.answer(["image", "prune", "--all"]);
});

async function onlyProgram(contract: Contract): Promise<number> {
  const list = await contract.answer<{ programs: { program_id: number }[] }>(["list", "programs"]);
  return must(list.programs[0], "program").program_id;
}

kernelTest("contract: objects, kernels, trust, units and the tool itself", NEEDS, async () => {
  await using contract = await Contract.make();
  await using mirror = new TufRepository();
  mirror.publish({
    version: 1,
    trustedRoot: Deno.readTextFileSync("tests/fixtures/signatures/public-good-trusted_root.json"),
  });
  Deno.writeTextFileSync(contract.path("root.json"), mirror.root());
  const place = ["--root", contract.path("root.json")];
  await contract.answer(["trust", "update", "--mirror", mirror.url, ...place]);
  await contract.answer(["trust", "show"]);
  for (const name of ["xdp_counter", "typed_globals", "core_externs", "many"]) {
    for (const verb of ["inspect", "validate", "disasm"]) {
      await contract.answer([verb, fixture(name)]);
    }
  }
  const btf = ["--btf", fixture("core_fields")];
  await contract.answer(["check", fixture("core_guards"), ...btf], 1);
  await contract.answer(
    ["bytecode", "diff", fixture("xdp_pass"), fixture("core_guards"), ...btf],
    1,
  );
  await contract.answer(["kernel", "list"]);
  await contract.answer(["policy", "check"]);
  await contract.answer(["privileges"]);
  await contract.answer(["privileges", "attach", "uprobe"]);
  for (const verb of ["list", "verify", "head"]) {
    await contract.answer(["audit", verb, "--file", AUDIT]);
  }
  const units = ["--dir", contract.path("units")];
  Deno.mkdirSync(contract.path("units"));
  await contract.answer(["install-unit", ...units, "--dry-run"]);
  await contract.answer(["install-unit", ...units]);
  await contract.answer(["uninstall-unit", ...units]);
  await contract.answer(["new", "xdp", "guard", "--directory", contract.workspace.path]);
  await contract.answer(["version"]);
});

kernelTest("contract: processes, with what they say on standard error", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace, "process");
  mustFit("version", JSON.parse(await cli.must(["version", "--verbose", "-o", "json"])));
  // a host may have problems
  const doctor = await cli.run(["doctor", "-o", "json"]);
  mustFit("doctor", JSON.parse(doctor.stdout));
  const words = ["load", "file", fixture("xdp_counter"), "--programs"];
  const loaded = await cli.run([...words, "xdp:xdp_count", "--timing", "-o", "json"]);
  mustFit("load-file", JSON.parse(loaded.stdout));
  deepStrictEqual(schemaProblems("timing", JSON.parse(loaded.stderr)), []);
  const failed = await cli.run([...words, "xdp:absent", "-v", "-o", "json"]);
  deepStrictEqual(schemaProblems("failure", JSON.parse(failed.stderr)), []);
});

Deno.test("contract: there is a schema for every command that answers in JSON", () => {
  const without = jsonCommands().filter((id) => schemasOf(id).length === 0);
  deepStrictEqual(without, []);
  const known = new Set(jsonCommands());
  const named = Object.values(OUTPUTS).flatMap(({ commands }) => commands);
  deepStrictEqual(named.filter((id) => !known.has(id)), []);
});

kernelTest("contract: every command that answers in JSON was asked", NEEDS, () => {
  const golden = new Set(
    jsonCases().filter(({ stdout }) => stdout !== "").map((one) => one.command),
  );
  const missing = jsonCommands().filter((id) => !SEEN.commands.has(id));
  // kinds of links that a kernel may lack
  deepStrictEqual(missing.filter((id) => !id.startsWith("attach-") || !golden.has(id)), []);
  const outputs = Object.entries(OUTPUTS).filter(([, { commands }]) => commands.length > 0);
  deepStrictEqual(outputs.map(([name]) => name).filter((name) => !SEEN.schemas.has(name)), []);
  ok(SEEN.commands.size > 60);
  return Promise.resolve();
});
