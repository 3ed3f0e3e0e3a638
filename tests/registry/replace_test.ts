/**
 * A new version of a program out of an image: links keep running, and it is known where it came from.
 *
 * @module
 */
import { equal, notEqual } from "node:assert/strict";
import { fixture, type LinkJson, type LoadedJson } from "../support/cli.ts";
import { kernelTest } from "../support/requires.ts";
import { ImageCli, type ImageJson } from "./support/image_cli.ts";
import { TemporaryFolder } from "./support/temporary.ts";

interface ReplacedJson {
  readonly replaced: number;
  readonly program: LoadedJson & {
    readonly record: { readonly load: { readonly image_source: { readonly digest: string } } };
  };
}

kernelTest("program replace takes a new version out of an image", [
  "root",
  "bpffs",
  "tracefs",
], async () => {
  using folder = new TemporaryFolder();
  await using tool = await ImageCli.make();
  const object = fixture("tracepoint_counter");
  const layout = `oci:${folder.path}/counter.oci:v2`;
  const image = await tool.json<ImageJson>(["image", "build", layout, object]);
  const load = ["load", "file", object, "--programs", "tracepoint:count_openat"];
  const { programs: [old] } = await tool.json<{ programs: LoadedJson[] }>(load);
  const id = Number(old?.record.program_id);
  const attach = ["attach", String(id), "tracepoint", "syscalls/sys_enter_openat"];
  const { record } = await tool.json<LinkJson>(attach);
  const made = await tool.json<ReplacedJson>(["program", "replace", String(id), "--with", layout]);
  equal(made.replaced, id);
  const next = made.program.record.program_id;
  notEqual(next, id);
  equal(made.program.record.load.image_source.digest, image.digest);
  const link = await tool.json<LinkJson>(["get", "link", String(record.id)]);
  equal(link.record.program_id, next);
  await tool.must(["unload", String(next)]);
});
