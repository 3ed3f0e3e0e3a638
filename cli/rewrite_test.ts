import { deepEqual } from "node:assert/strict";
import { OFFSET } from "./commands/place.ts";
import { GLOBAL, PROGRAMS } from "./commands/load.ts";
import { OUTPUT } from "./options.ts";
import { rewriteArguments } from "./rewrite.ts";

const OPTIONS = [PROGRAMS, GLOBAL, OFFSET, OUTPUT];

function rewrite(line: string): string {
  return rewriteArguments(line.split(" "), OPTIONS).join(" ");
}

Deno.test("rewriteArguments() spreads word lists over repeated options", () => {
  deepEqual(rewrite("--programs xdp:a tc:b x.o"), "--programs xdp:a --programs=tc:b x.o");
  deepEqual(rewrite("-g a=01 b=10.0.0.0/8 x.o"), "-g a=01 --global=b=10.0.0.0/8 x.o");
});

Deno.test("rewriteArguments() takes no path for a program", () => {
  deepEqual(rewrite("--programs xdp:a dir:x/y.o"), "--programs xdp:a dir:x/y.o");
  deepEqual(rewrite("--programs xdp:a ./x.o"), "--programs xdp:a ./x.o");
});

Deno.test("rewriteArguments() tells the two meanings of -o apart", () => {
  deepEqual(rewrite("-o 16 -o json"), "--offset=16 -o json");
  deepEqual(rewrite("-o 0x10"), "--offset=0x10");
  deepEqual(rewrite("-o"), "-o");
});

Deno.test("rewriteArguments() leaves everything after -- alone", () => {
  deepEqual(rewrite("-- --programs a:b c:d -o 5"), "-- --programs a:b c:d -o 5");
});
