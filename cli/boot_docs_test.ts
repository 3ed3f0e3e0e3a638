import { ok } from "node:assert/strict";
import { COMMANDS } from "./commands/mod.ts";
import { GLOBAL_OPTIONS } from "./options.ts";
import { parseArguments } from "./parse_arguments.ts";
import { resolveRoute, splitLeadingOptions } from "./route.ts";

const PAGE = new URL("../docs/boot.md", import.meta.url);

Deno.test("every command on the page about reboots is one that parses", async () => {
  const lines = Deno.readTextFileSync(PAGE).split("\n").filter((line) => /^bpfman /.test(line));
  ok(lines.length >= 6, `only ${lines.length} commands`);
  for (const line of lines) {
    const words = line.replace(/\s+#.*$/, "").split(/\s+/).slice(1);
    const { options, words: rest } = splitLeadingOptions(words, GLOBAL_OPTIONS);
    const { command, args } = resolveRoute(COMMANDS, rest);
    await parseArguments(command, [...options, ...args]);
  }
});

Deno.test("the page about reboots names the units that there are", async () => {
  const { unitsFor } = await import("../core/units/install.ts");
  const units = unitsFor({
    program: ["/deno"],
    runtimeDirectory: "/run/bpfman",
    dataDirectory: "/var/lib/bpfman",
    auditDirectory: "/var/log/bpfman",
    programPaths: [],
  });
  const text = Deno.readTextFileSync(PAGE);
  for (const { name } of units) ok(text.includes(`\`${name}\``), name);
});
