import { equal, ok } from "node:assert/strict";
import { COLOR_STYLE, PLAIN_STYLE } from "./style.ts";
import { type Column, renderTable } from "./table.ts";
import { textWidth } from "./text_width.ts";

const COLUMNS = [{ header: "ID", isId: true }, { header: "NAME" }, { header: "NOTE" }];
const ROWS = [["5", "a", "long note"], ["4711", "bcd", ""]];

/** Columns as lists of objects have them: some may be shortened, some left out. */
const RANKED: readonly Column[] = [
  { header: "ID", isId: true },
  { header: "NAME", least: 6 },
  { header: "OWNER", rank: 2 },
  { header: "FROM", rank: 1, least: 6, keep: "end" },
  { header: "HANDLE", isWideOnly: true },
];
const RANKED_ROWS = [
  ["7", "xdp_firewall", "team-net", "registry.example/firewall:v1", "0x1"],
  ["4711", "日本語日本語", "ops", "file.o", "0x2"],
];

function linesOf(columns: readonly Column[], rows: readonly string[][], width: number | null) {
  return renderTable(columns, rows, { style: PLAIN_STYLE, width }).trimEnd().split("\n");
}

Deno.test("renderTable() aligns columns and leaves no space at the end of lines", () => {
  equal(
    renderTable(COLUMNS, ROWS, { style: PLAIN_STYLE, width: null }),
    "ID    NAME  NOTE\n5     a     long note\n4711  bcd\n",
  );
});

Deno.test("renderTable() prints nothing without rows", () => {
  equal(renderTable(COLUMNS, [], { style: COLOR_STYLE, width: 80 }), "");
});

Deno.test("renderTable() cuts long lines with an ellipsis to any width", () => {
  for (let width = 1; width < 30; width++) {
    const whole = linesOf(COLUMNS, ROWS, null);
    for (const [at, line] of linesOf(COLUMNS, ROWS, width).entries()) {
      equal(line.length <= width, true, `${width}: ${line}`);
      equal(line.endsWith("…"), (whole[at]?.length ?? 0) > width, `${width}: ${line}`);
    }
  }
});

Deno.test("renderTable() shortens cells, then leaves out columns of the highest rank", () => {
  const expected: Readonly<Record<number, readonly string[]>> = {
    57: [
      "ID    NAME          OWNER     FROM",
      "7     xdp_firewall  team-net  …gistry.example/firewall:v1",
      "4711  日本語日本語  ops       file.o",
    ],
    40: [
      "ID    NAME         OWNER     FROM",
      "7     xdp_firewa…  team-net  …irewall:v1",
      "4711  日本語日本…  ops       file.o",
    ],
    28: [
      "ID    NAME        FROM",
      "7     xdp_firew…  …rewall:v1",
      "4711  日本語日…   file.o",
      "(--wide shows more: OWNER)",
    ],
    19: [
      "ID    NAME",
      "7     xdp_firewall",
      "4711  日本語日本語",
      "(--wide shows more:",
      "OWNER, FROM)",
    ],
    12: ["ID    NAME", "7     xdp_f…", "4711  日本…", "(--wide", "shows more:", "OWNER, FROM)"],
  };
  for (const [width, lines] of Object.entries(expected)) {
    equal(linesOf(RANKED, RANKED_ROWS, Number(width)).join("\n"), lines.join("\n"), width);
  }
});

Deno.test("renderTable() fits any terminal, and grows with it", () => {
  let before = 0;
  for (let width = 1; width < 80; width++) {
    const lines = linesOf(RANKED, RANKED_ROWS, width);
    ok(lines.every((line) => textWidth(line) <= width), `${width}: ${lines.join("\n")}`);
    const headers = (lines[0] ?? "").split(/ +/).length;
    ok(headers >= before, `${width}: ${lines[0]}`);
    before = headers;
  }
});

Deno.test("renderTable() goes on in further lines where a column wraps, and loses nothing", () => {
  const columns: readonly Column[] = [
    { header: "ID", isId: true },
    { header: "USES, KFUNCS", wraps: true, least: 8 },
    { header: "STATE", tone: (cell) => cell === "fine" ? "ok" : "bad", wraps: true },
  ];
  const rows = [["7", "map_lookup_elem ktime_get_ns", "fine"], ["8", "", "not so fine"]];
  equal(
    renderTable(columns, rows, { style: PLAIN_STYLE, width: 23 }),
    "ID  USES,     STATE\n" +
      "    KFUNCS\n" +
      "7   map_look  fine\n" +
      "    up_elem\n" +
      "    ktime_\n" +
      "    get_ns\n" +
      "8             not so\n" +
      "              fine\n",
  );
  const whole = renderTable(columns, rows, { style: PLAIN_STYLE, width: null });
  equal(whole.split("\n")[1], "7   map_lookup_elem ktime_get_ns  fine");
  // the colour is that of the whole cell, on each of its lines
  const colored = renderTable(columns, rows, { style: COLOR_STYLE, width: 23 });
  ok(colored.includes("\x1b[31mnot so\x1b[0m\n") && colored.includes("\x1b[31mfine\x1b[0m\n"));
});

Deno.test("renderTable() shows all columns, whole, when it may be wide", () => {
  const options = { style: PLAIN_STYLE, width: 20, isWide: true };
  equal(
    renderTable(RANKED, RANKED_ROWS, options),
    "ID    NAME          OWNER     FROM                          HANDLE\n" +
      "7     xdp_firewall  team-net  registry.example/firewall:v1  0x1\n" +
      "4711  日本語日本語  ops       file.o                        0x2\n",
  );
});

Deno.test("renderTable() does not let cells move the cursor", () => {
  const text = renderTable([{ header: "COMM" }], [["a\x1b[2Jb"]], {
    style: PLAIN_STYLE,
    width: null,
  });
  equal(text, "COMM\na\ufffd[2Jb\n");
});

Deno.test("renderTable() colours headers, ids and meanings without moving columns", () => {
  const columns: readonly Column[] = [
    ...COLUMNS,
    { header: "STATE", tone: (cell) => cell === "fine" ? "ok" : "bad" },
  ];
  const rows = ROWS.map((row, at) => [...row, at === 0 ? "fine" : "gone"]);
  const plain = renderTable(columns, rows, { style: PLAIN_STYLE, width: null });
  const colored = renderTable(columns, rows, { style: COLOR_STYLE, width: null });
  // deno-lint-ignore no-control-regex
  equal(colored.replace(/\x1b\[\d+m/g, ""), plain);
  for (const part of ["\x1b[36m4711\x1b[0m", "\x1b[32mfine\x1b[0m", "\x1b[31mgone\x1b[0m"]) {
    ok(colored.includes(part), part);
  }
});
