import { deepEqual, equal, throws } from "node:assert/strict";
import { COMMANDS } from "./commands/mod.ts";
import { GLOBAL_OPTIONS } from "./options.ts";
import { resolveRoute, splitLeadingOptions } from "./route.ts";

function route(line: string): readonly [string, string, ...string[]] {
  const { command, path, args } = resolveRoute(COMMANDS, line.split(" "));
  return [command.id, path, ...args];
}

Deno.test("resolveRoute() takes the spelling that covers most words", () => {
  deepEqual(route("program load file x.o"), ["load-file", "program load file", "x.o"]);
  deepEqual(route("program load x.o"), ["load-file", "program load", "x.o"]);
  deepEqual(route("program load image x"), ["load-image", "program load image", "x"]);
  deepEqual(route("get link 5"), ["get-link", "get link", "5"]);
  deepEqual(route("get 5"), ["get-program", "get", "5"]);
});

Deno.test("resolveRoute() hands a captured word over as the first argument", () => {
  const args = ["5", "--iface", "eth0"];
  deepEqual(route("attach 5 xdp --iface eth0"), ["attach-xdp", "attach PROGRAM-ID xdp", ...args]);
  deepEqual(route("attach xdp 5 --iface eth0"), ["attach-xdp", "attach xdp", ...args]);
});

Deno.test("resolveRoute() takes a noun alone as its list", () => {
  deepEqual(route("program"), ["list-programs", "program"]);
  deepEqual(route("link -q"), ["list-links", "link", "-q"]);
});

Deno.test("resolveRoute() names the nearest word for an unknown one", () => {
  throws(() => route("unlod 5"), {
    message: 'Unknown command "unlod"',
    hint: 'Did you mean "unload"?',
  });
  throws(() => route("link detch 5"), { hint: 'Did you mean "detach"?' });
  throws(() => route("attach 5 tracepiont"), { hint: 'Did you mean "tracepoint"?' });
});

Deno.test("splitLeadingOptions() cuts global options with their values off", () => {
  const args = ["--runtime-dir", "/x", "-v", "--lock-timeout=5s", "list", "-q"];
  const { options, words } = splitLeadingOptions(args, GLOBAL_OPTIONS);
  deepEqual(options, args.slice(0, 4));
  deepEqual(words, ["list", "-q"]);
});

Deno.test("resolveRoute() tells applications from objects by what is named", () => {
  for (const line of ["diff", "diff shop", "diff team/web shop", "diff -o json"]) {
    equal(route(line)[0], "diff-applications", line);
  }
  for (const line of ["diff a.o b.o", "diff quay.io/a:v1 quay.io/a:v2", "bytecode diff a b"]) {
    equal(route(line)[0], "diff", line);
  }
});

Deno.test("every spelling of every command leads to that command", () => {
  for (const command of COMMANDS) {
    for (const path of command.paths) {
      const words = path.split(" ").map((word) => word === word.toUpperCase() ? "5" : word);
      // of a spelling that two commands have, what is named decides
      const more = command.isMeant?.(path, []) === false ? ["a.o", "b.o"] : [];
      equal(resolveRoute(COMMANDS, [...words, ...more]).command.id, command.id, path);
    }
  }
});
