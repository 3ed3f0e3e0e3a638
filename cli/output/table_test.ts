import { equal } from "node:assert/strict";
import { COLOR_STYLE, PLAIN_STYLE } from "./style.ts";
import { renderTable } from "./table.ts";

const COLUMNS = [{ header: "ID", isId: true }, { header: "NAME" }, { header: "NOTE" }];
const ROWS = [["5", "a", "long note"], ["4711", "bcd", ""]];

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
    const text = renderTable(COLUMNS, ROWS, { style: PLAIN_STYLE, width });
    for (const [at, line] of text.trimEnd().split("\n").entries()) {
      const whole = renderTable(COLUMNS, ROWS, { style: PLAIN_STYLE, width: null }).split("\n")[at];
      equal(line.length <= width, true, `${width}: ${line}`);
      equal(line.endsWith("…"), (whole?.length ?? 0) > width, `${width}: ${line}`);
    }
  }
});

Deno.test("renderTable() colours headers and ids without moving columns", () => {
  const plain = renderTable(COLUMNS, ROWS, { style: PLAIN_STYLE, width: null });
  const colored = renderTable(COLUMNS, ROWS, { style: COLOR_STYLE, width: null });
  // deno-lint-ignore no-control-regex
  equal(colored.replace(/\x1b\[\d+m/g, ""), plain);
  equal(colored.includes("\x1b[36m4711\x1b[0m"), true);
});
