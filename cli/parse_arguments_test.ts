import { deepEqual, equal, rejects } from "node:assert/strict";
import { INTERFACE, PRIORITY } from "./commands/place.ts";
import { COMMANDS } from "./commands/mod.ts";
import { ALL } from "./commands/program.ts";
import { OBJECT_PATH, PROGRAMS } from "./commands/load.ts";
import { METADATA, METADATA_SELECTOR, PROGRAM_ID, QUIET } from "./options.ts";
import type { ParsedInput } from "./parsed_input.ts";
import { parseArguments } from "./parse_arguments.ts";

async function parse(id: string, ...args: string[]): Promise<ParsedInput> {
  const command = COMMANDS.find((spec) => spec.id === id);
  if (command === undefined) throw new Error(`Cannot find the command "${id}"`);
  return await parseArguments(command, args);
}

Deno.test("parseArguments() takes an argument or the option that says the same", async () => {
  for (const args of [["5", "eth0", "-p", "1"], ["-i", "eth0", "5", "--priority=1"]]) {
    const input = await parse("attach-xdp", ...args);
    deepEqual([input.one(PROGRAM_ID), input.one(INTERFACE), input.one(PRIORITY)], [5, "eth0", 1]);
  }
});

Deno.test("parseArguments() takes letters of switches together", async () => {
  const input = await parse("list-programs", "-aq");
  deepEqual([input.has(ALL), input.has(QUIET)], [true, true]);
});

Deno.test("parseArguments() takes a switch with a value", async () => {
  equal((await parse("list-programs", "--all=true")).has(ALL), true);
  equal((await parse("list-programs", "--all=false")).has(ALL), false);
  await rejects(() => parse("list-programs", "--all=maybe"), { kind: "usage" });
});

Deno.test("parseArguments() keeps equals signs and spaces in values", async () => {
  const pairs = (await parse("list-programs", "-m", "a=b=c", "--metadata-selector=d= e f"))
    .all(METADATA_SELECTOR);
  deepEqual(pairs, [["a", "b=c"], ["d", " e f"]]);
  const values = (await parse("load-file", "x", "--programs", "xdp:a", "-m=k=v")).all(METADATA);
  deepEqual(values, [["k", "v"]]);
});

Deno.test("parseArguments() splits comma lists and no other values", async () => {
  const input = await parse("load-file", "a,b.o", "--programs", "xdp:a,xdp:b", "-m", "k=1,2");
  deepEqual(input.all(PROGRAMS).map((program) => program.name), ["a", "b"]);
  deepEqual(input.all(METADATA), [["k", "1,2"]]);
  equal(input.one(OBJECT_PATH), "a,b.o");
});

Deno.test("parseArguments() takes everything after -- as arguments", async () => {
  equal((await parse("load-file", "--programs=xdp:a", "--", "-p")).one(OBJECT_PATH), "-p");
});

Deno.test("parseArguments() takes no option for the value of another", async () => {
  const message = /^Option "--iface" needs a value$/;
  await rejects(() => parse("attach-xdp", "5", "--iface", "--priority", "1"), { message });
  await rejects(() => parse("attach-xdp", "5", "-p", "1", "--iface"), { message });
});

Deno.test("parseArguments() refuses what is given twice", async () => {
  const twice = { kind: "usage", message: /given more than once/ };
  await rejects(() => parse("list-programs", "--all", "-a"), twice);
  await rejects(() => parse("attach-xdp", "5", "-i", "a", "-p", "1", "-p", "2"), twice);
  await rejects(() => parse("attach-xdp", "5", "a", "b", "-p", "1"), /Unexpected argument "b"/);
});
