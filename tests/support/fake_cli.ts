/**
 * The command-line tool with a manager that needs no kernel. Golden cases run it.
 *
 * `FAKE_EMPTY=1` makes a manager without programs; `FAKE_TERMINAL=60` makes a terminal with colour
 * and that many columns.
 *
 * @module
 */
import { runApp } from "../../cli/app.ts";
import { COLOR_STYLE } from "../../cli/output/style.ts";
import { openTerminal } from "../../cli/terminal.ts";
import { fakeHost } from "./fake_host.ts";

const width = Deno.env.get("FAKE_TERMINAL");
const terminal = openTerminal(Deno.args);
const seen = width === undefined
  ? terminal
  : { ...terminal, style: COLOR_STYLE, width: Number(width) };

Deno.exit(await runApp(Deno.args, fakeHost(seen, (name) => Deno.env.get(name))));
