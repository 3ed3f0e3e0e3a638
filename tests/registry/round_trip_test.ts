/**
 * The whole way as a user goes it, in processes of its own: build, push, look with another client,
 * pull on an empty store, load, attach, count.
 *
 * @module
 */
import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { fixture, type LinkJson, type LoadedJson } from "../support/cli.ts";
import { mustRun } from "../support/must.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { DebianRegistry } from "./support/debian_registry.ts";
import { ImageCli, type ImageJson } from "./support/image_cli.ts";
import { TemporaryFolder } from "./support/temporary.ts";

const OBJECT = fixture("tracepoint_counter");
const PROGRAM = "tracepoint:count_openat";
const KERNEL: readonly Need[] = ["root", "bpffs", "tracefs"];

/** Where an image was loaded from, as `load image` prints it. */
interface LoadedImageJson extends LoadedJson {
  readonly record: LoadedJson["record"] & {
    readonly load: {
      readonly object_digest: string;
      readonly image_source: {
        readonly url: string;
        readonly digest: string;
        readonly pull_policy: string;
      } | null;
    };
  };
}

async function loadImage(tool: ImageCli, name: string, more: readonly string[] = []) {
  const words = ["load", "image", name, "--programs", PROGRAM, ...more];
  const { programs: [program] } = await tool.json<{ programs: LoadedImageJson[] }>(words);
  if (program === undefined) throw new Error(`Cannot go on: "load image ${name}" printed nothing`);
  return program;
}

/** Sum over all processors of the first counter of a map. */
async function countOf(path: string): Promise<number> {
  const words = ["-j", "map", "lookup", "pinned", path, "key", "0", "0", "0", "0"];
  const found = JSON.parse(await mustRun("bpftool", words));
  const values: { formatted: { value: number } } = found;
  return values.formatted.value;
}

kernelTest("image build gives one digest for one input, whenever and wherever", [], async () => {
  await using first = await ImageCli.make();
  await using second = await ImageCli.make();
  await using dated = await ImageCli.make({ SOURCE_DATE_EPOCH: "1700000000" });
  const words = ["image", "build", "registry.example/net/counter:v1", OBJECT];
  const image = await first.json<ImageJson>(words);
  equal((await first.json<ImageJson>(words)).digest, image.digest);
  equal((await second.json<ImageJson>(words)).digest, image.digest);
  const later = await dated.json<ImageJson>(words);
  notEqual(later.digest, image.digest);
  equal((await dated.json<ImageJson>(words)).digest, later.digest);
  // the name of the image and of its folder are no part of it
  using folder = new TemporaryFolder();
  Deno.copyFileSync(OBJECT, `${folder.path}/tracepoint_counter.bpf.o`);
  const other = ["image", "build", "x.example/y:z", `${folder.path}/tracepoint_counter.bpf.o`];
  equal((await second.json<ImageJson>(other)).digest, image.digest);
});

kernelTest("build, push, inspect with skopeo, pull anew, load, attach and count", [
  ...KERNEL,
  "command:docker-registry",
  "command:skopeo",
  "command:bpftool",
], async () => {
  using folder = new TemporaryFolder();
  await using registry = await DebianRegistry.start({ folder: folder.path });
  const name = `${registry.host}/net/counter:v1`;
  await using builder = await ImageCli.make();
  const built = await builder.json<ImageJson>(["image", "build", name, OBJECT]);
  equal(await builder.must(["image", "push", name]), `pushed: ${name}@${built.digest}\n`);
  const seen = JSON.parse(
    await mustRun("skopeo", ["inspect", "--tls-verify=false", `docker://${name}`]),
  );
  equal(seen.Digest, built.digest);
  deepEqual(JSON.parse(seen.Labels["io.ebpf.programs"]), {
    count_openat: "tracepoint",
    count_switch: "tracepoint",
  });
  await using user = await ImageCli.make();
  deepEqual(await user.json(["images"]), { images: [] });
  equal(await user.must(["image", "pull", name]), `pulled: ${name}@${built.digest}\n`);
  const program = await loadImage(user, name);
  const { image_source: source } = program.record.load;
  deepEqual([source?.url, source?.digest, source?.pull_policy], [
    name,
    built.digest,
    "IfNotPresent",
  ]);
  equal(program.record.load.source_path, null);
  deepEqual(
    Deno.readFileSync(`${user.workspace.path}/programs/${program.record.program_id}/bytecode.o`),
    Deno.readFileSync(OBJECT),
  );
  const id = String(program.record.program_id);
  const link = await user.json<LinkJson>([
    ...["attach", id, "tracepoint", "--tracepoint", "syscalls/sys_enter_openat"],
  ]);
  const map = `${program.status.map_dir}/tracepoint_stats`;
  const before = await countOf(map);
  for (let file = 0; file < 10; file++) Deno.readTextFileSync(OBJECT.replace(/\.o$/, ".c"));
  const after = await countOf(map);
  ok(after >= before + 10, `from ${before} to ${after}`);
  // an image that a loaded program came from stays
  const refused = await user.run(["image", "remove", name]);
  equal(refused.code, 1, refused.stderr);
  match(refused.stderr, new RegExp(`${id}`));
  const { removed, kept } = await user.json<{ removed: string[]; kept: string[] }>([
    ...["image", "prune", "--all"],
  ]);
  deepEqual(removed, []);
  deepEqual(kept, [name]);
  await user.must(["detach", String(link.record.id)]);
  await user.must(["unload", id]);
  equal((await user.json<{ removed: string[] }>(["image", "prune", "--all"])).removed.length, 1);
  deepEqual(await user.json(["images"]), { images: [] });
});

kernelTest("load image fetches what is missing, and obeys the pull policy", [
  ...KERNEL,
  "command:docker-registry",
], async () => {
  using folder = new TemporaryFolder();
  await using registry = await DebianRegistry.start({ folder: folder.path });
  const name = `${registry.host}/net/counter:v1`;
  await using builder = await ImageCli.make();
  await builder.must(["image", "build", name, OBJECT, "--push"]);
  await using user = await ImageCli.make();
  const never = await user.run(["load", "image", name, "--programs", PROGRAM, "-p", "Never"]);
  equal(never.code, 3, never.stderr);
  const first = await loadImage(user, name);
  // the tag moves: only Always notices
  const other = ["image", "build", name, OBJECT, "--title", "another", "--push"];
  const moved = await builder.json<ImageJson>(other);
  const again = await loadImage(user, name);
  equal(again.record.load.image_source?.digest, first.record.load.image_source?.digest);
  const newer = await loadImage(user, name, ["-p", "Always"]);
  equal(newer.record.load.image_source?.digest, moved.digest);
  await loadImage(user, name, ["--pull-policy", "Never"]);
  // what fails to be loaded takes no program along
  const wrong = await user.run(["load", "image", name, "--programs", "xdp:nothing"]);
  equal(wrong.code, 3, wrong.stderr);
  match(wrong.stderr, /available programs: \[count_openat count_switch\]/);
  const ids = (await user.must(["list", "programs", "-q"])).trim().split("\n");
  equal(ids.length, 4);
  await user.must(["unload", ...ids]);
});

kernelTest("an image goes to a host without a network, and is loaded there", KERNEL, async () => {
  using folder = new TemporaryFolder();
  const archive = `${folder.path}/images.tar`;
  const name = "registry.example/net/counter:v1";
  await using builder = await ImageCli.make();
  const { digest } = await builder.json<ImageJson>(["image", "build", name, OBJECT]);
  await builder.must(["image", "save", name, "-o", archive]);
  await using host = await ImageCli.make();
  const { images } = await host.json<{ images: ImageJson[] }>(["image", "load", archive]);
  deepEqual(images.map((image) => [image.reference, image.digest]), [[name, digest]]);
  const stored = await loadImage(host, name, ["-p", "Never"]);
  // the same without the store, straight from the archive and from a folder
  const direct = await loadImage(host, `oci-archive:${archive}`);
  const layout = `${folder.path}/layout`;
  await builder.must(["image", "copy", `oci-archive:${archive}@${digest}`, `oci:${layout}:v1`]);
  const unpacked = await loadImage(host, `oci:${layout}:v1`);
  const pinned = await loadImage(host, `oci:${layout}@${digest}`);
  const programs = [stored, direct, unpacked, pinned];
  for (const { record } of programs) equal(record.load.image_source?.digest, digest);
  await host.must(["unload", ...programs.map(({ record }) => String(record.program_id))]);
});

kernelTest("commands on objects read them out of layouts and out of the store", [], async () => {
  await using tool = await ImageCli.make();
  using folder = new TemporaryFolder();
  const layout = `oci:${folder.path}/layout:v1`;
  const name = "registry.example/net/counter:v1";
  await tool.must(["image", "build", layout, OBJECT]);
  await tool.must(["image", "build", name, OBJECT]);
  const wanted = await tool.json<Record<string, unknown>>(["inspect", OBJECT]);
  for (const object of [layout, name]) {
    const found = await tool.json<Record<string, unknown>>(["inspect", object]);
    deepEqual({ ...found, file: wanted["file"] }, wanted, object);
    match(await tool.must(["validate", object]), /: valid: /);
    equal(await tool.must(["diff", object, OBJECT]), "The objects do not differ.\n");
  }
  const nothing = "registry.example/net/nothing:v1";
  const absent = await tool.run(["inspect", nothing, "--pull-policy", "Never"]);
  equal(absent.code, 3, absent.stderr);
});
