import { equal, match } from "node:assert/strict";
import { COMMANDS } from "../commands/mod.ts";
import { EXIT_CODE_MEANINGS } from "../exit_codes.ts";
import { manPages, pageName } from "./man_page.ts";
import { roffArgument, roffEntry, roffExample, roffLine, roffText } from "./roff.ts";

function textOf(name: string): string {
  const page = manPages().find((one) => one.name === name);
  if (page === undefined) throw new Error(`Cannot find page "${name}": it is not made`);
  return page.text;
}

Deno.test("roffText() says what roff would take for something else", () => {
  equal(roffText("--a\\b"), "\\-\\-a\\eb");
  equal(roffText("it's `x` ~^"), "it\\(aqs \\(gax\\(ga \\(ti\\(ha");
  equal(roffText("µ"), "\\[u00B5]");
});

Deno.test("roffLine() never begins a request", () => {
  equal(roffLine(".TH"), "\\&.TH");
  equal(roffLine("'br"), "\\&\\(aqbr");
  equal(roffLine("-o"), "\\-o");
  equal(roffLine("\\fB"), "\\&\\efB");
  equal(roffExample([".sp 3"]).includes("\\&.sp 3"), true);
  equal(roffArgument('say "x"'), '"say \\(dqx\\(dq"');
  equal(roffEntry("-a", ".b").join("\n"), ".TP\n\\fB\\-a\\fP\n\\&.b");
});

Deno.test("manPages() has a page for the tool and one for each command that is shown", () => {
  const names = manPages().map(({ name }) => name);
  const shown = COMMANDS.filter(({ isHidden }) => isHidden !== true);
  equal(new Set(names).size, names.length);
  equal(names.length, shown.length + 1);
  for (const command of shown) equal(names.includes(`${pageName(command)}.1`), true, command.id);
  equal(names.includes("bpfman-load-file.1") && names.includes("bpfman-attach-xdp.1"), true);
});

Deno.test("the page of a command has its examples, options and spellings", () => {
  const text = textOf("bpfman-load-file.1");
  match(text, /^\.TH "BPFMAN\\-LOAD\\-FILE" 1 /m);
  match(text, /^bpfman load file counter\.bpf\.o \\-\\-programs xdp:xdp_counter$/m);
  match(text, /^\\fB\\-\\-map\\-owner\\-id PROGRAM\\-ID\\fP$/m);
  match(text, /^bpfman program load file$/m);
});

Deno.test("the page of the tool has every exit code and the page of every command", () => {
  const text = textOf("bpfman.1");
  for (const code of Object.keys(EXIT_CODE_MEANINGS)) {
    equal(text.includes(`\n\\fB${code}\\fP\n`), true, code);
  }
  equal(text.includes(".BR bpfman\\-attach\\-xdp (1)"), true);
});

Deno.test("no line of a page begins like a request that is none", () => {
  const requests = /^\.(TH|SH|SS|PP|TP|BR|RS|RE|nf|fi|nh|ad|br|\\")( |$)/;
  for (const { name, text } of manPages()) {
    for (const line of text.split("\n").filter((line) => /^[.']/.test(line))) {
      match(line, requests, `${name}: ${line}`);
    }
  }
});
