/**
 * Starts a command of the tool whose front is a shell script: for what a front must not be able to
 * do.
 *
 * Run: `deno run -A tests/support/false_front.ts SCRIPT COMMAND...`
 *
 * @module
 */
import { COMMANDS } from "../../cli/commands/mod.ts";
import { parseArguments } from "../../cli/parse_arguments.ts";
import { resolveRoute } from "../../cli/route.ts";
import { readSettings } from "../../cli/settings.ts";
import { calls } from "../../cli/stages/calls.ts";
import { launch } from "../../cli/stages/launch.ts";

const ROOT = new URL("../../", import.meta.url);
const [script = "", ...args] = Deno.args;
const route = resolveRoute(COMMANDS, args);
const input = await parseArguments(route.command, route.args);

await launch({
  args,
  calls: {
    ...calls,
    spawnWithoutPrivileges: (_program, fds) =>
      calls.spawnWithoutPrivileges(
        { path: "/bin/sh", args: ["-c", script], env: { PATH: "/usr/bin:/bin" } },
        fds,
      ),
  },
  executable: Deno.execPath(),
  mainModule: new URL("mod.ts", ROOT).href,
  pid: Deno.pid,
  readModules: () => Promise.resolve(true),
}, { command: route.command, input, settings: readSettings(input, () => undefined) });
