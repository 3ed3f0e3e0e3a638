import { strictEqual, throws } from "node:assert/strict";
import { commandWord, listWord, mountUnitName, pathValue } from "./escape.ts";

Deno.test("commandWord() writes words so that systemd reads them back", () => {
  strictEqual(commandWord("/usr/bin/deno"), "/usr/bin/deno");
  strictEqual(commandWord("/a b/c"), '"/a b/c"');
  strictEqual(commandWord("100%"), "100%%");
  strictEqual(commandWord("$HOME"), "$$HOME");
  strictEqual(commandWord('say "x" \\ y'), '"say \\"x\\" \\\\ y"');
  strictEqual(commandWord(""), '""');
  strictEqual(commandWord(";"), '";"');
});

Deno.test("listWord() and pathValue() leave dollar signs alone", () => {
  strictEqual(listWord("/srv/$x/%i"), "/srv/$x/%%i");
  strictEqual(listWord("/a b"), '"/a b"');
  strictEqual(pathValue("/a b/%"), "/a b/%%");
});

Deno.test("a control character is refused, as it could begin a line of its own", () => {
  for (const write of [commandWord, listWord, pathValue, mountUnitName]) {
    throws(() => write("/x\nExecStart=/bin/sh"), /has a control character/);
  }
});

Deno.test("mountUnitName() escapes as systemd-escape --path does", () => {
  strictEqual(mountUnitName("/run/bpfman/fs"), "run-bpfman-fs.mount");
  strictEqual(mountUnitName("/srv//a-b/ä/"), "srv-a\\x2db-\\xc3\\xa4.mount");
  strictEqual(mountUnitName("/.hidden/x.y"), "\\x2ehidden-x.y.mount");
  strictEqual(mountUnitName("/"), "-.mount");
});
