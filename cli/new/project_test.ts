import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { isProjectName, MAX_NAME_LENGTH, PROJECT_KINDS } from "./name.ts";
import { projectFiles } from "./project.ts";
import { udpPacket } from "./udp_packet.ts";

function textOf(kind: typeof PROJECT_KINDS[number], path: string): string {
  const file = projectFiles(kind, "my-guard").find((one) => one.path === path);
  ok(file !== undefined, `there is no ${path}`);
  return new TextDecoder().decode(file.bytes);
}

Deno.test("isProjectName() takes what files, C functions and images can be called", () => {
  const names = ["guard", "a", "my-guard_2", "x9", "a".repeat(MAX_NAME_LENGTH)];
  deepStrictEqual(names.filter((name) => !isProjectName(name)), []);
});

Deno.test("isProjectName() refuses paths, capitals, doubled signs and what is too long", () => {
  const names = ["", "../x", "a/b", "Guard", "9a", "-a", "a-", "a--b", "a b", "a\nb", "é"];
  deepStrictEqual([...names, "a".repeat(MAX_NAME_LENGTH + 1)].filter(isProjectName), []);
});

for (const kind of PROJECT_KINDS) {
  Deno.test(`projectFiles() fills every place of the templates for ${kind}`, () => {
    for (const { path, bytes } of projectFiles(kind, "my-guard")) {
      if (path.endsWith(".bin")) continue;
      const text = new TextDecoder().decode(bytes);
      deepStrictEqual(text.match(/@[A-Z_]+@/g), null, path);
      ok(text.endsWith("\n") && !text.endsWith("\n\n"), `${path} ends with one newline`);
    }
  });

  Deno.test(`projectFiles() makes a C function of the name for ${kind}`, () => {
    match(textOf(kind, "my-guard.bpf.c"), /^int my_guard\(/m);
    match(textOf(kind, "README.md"), new RegExp(`--programs ${kind}:my_guard`));
  });
}

Deno.test("projectFiles() gives the function another name where the project's is taken", () => {
  const functionOf = (kind: typeof PROJECT_KINDS[number], name: string) => {
    const [source] = projectFiles(kind, name);
    return /^int (\w+)\(/m.exec(new TextDecoder().decode(source?.bytes))?.[1];
  };
  for (const name of ["count", "verdicts", "int", "main", "xdp", "bpf-printk", "data_end"]) {
    strictEqual(functionOf("xdp", name), `${name.replace("-", "_")}_program`);
  }
  strictEqual(functionOf("kprobe", "calls"), "calls_program");
  // words of comments are free, and those of the other kinds
  for (const name of ["drops", "calls", "tc", "log"]) strictEqual(functionOf("xdp", name), name);
  const readme = projectFiles("xdp", "count").find(({ path }) => path === "README.md");
  match(new TextDecoder().decode(readme?.bytes), /--programs xdp:count_program --app/);
});

Deno.test("projectFiles() lets the test be run, and nothing else", () => {
  const paths = projectFiles("xdp", "guard").filter(({ isExecutable }) => isExecutable);
  deepStrictEqual(paths.map(({ path }) => path), ["tests/run.sh"]);
});

Deno.test("udpPacket() makes a frame whose header adds up", () => {
  const frame = udpPacket(53);
  strictEqual(frame.length, 60);
  const view = new DataView(frame.buffer);
  strictEqual(view.getUint16(36), 53);
  let sum = 0;
  for (let at = 14; at < 34; at += 2) sum += view.getUint16(at);
  // RFC 1071: the sum over a header with its checksum is all ones
  strictEqual((sum & 0xffff) + (sum >>> 16), 0xffff);
});
