/**
 * A whole session with the tool, however it is started: load, attach, list, detach, unload.
 *
 * @module
 */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { fixture } from "./cli.ts";
import type { CommandResult, Sandbox } from "./sandbox.ts";

/** How the tool is started. */
export interface ToolStart {
  readonly sandbox: Sandbox;
  /** Words before those of a command. */
  readonly words: readonly string[];
  /** Folder in which it is started. */
  readonly cwd: string;
  /** Variables besides those of this process. @default none */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs one command, which must succeed; gives what it writes. */
async function must(start: ToolStart, words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runTool(start, words);
  deepStrictEqual([code, stderr], [0, ""], words.join(" "));
  return stdout;
}

/** Runs one command. */
export async function runTool(
  { sandbox, words, cwd, env = {} }: ToolStart,
  more: readonly string[],
): Promise<CommandResult> {
  return await sandbox.run([...words, ...more], { cwd, env });
}

/** Loads a program, attaches it to the loopback interface of the sandbox, and takes all away again. */
export async function wholeSession(start: ToolStart): Promise<void> {
  const run = (...words: string[]) => must(start, words);
  const shown = async () => (await start.sandbox.run(["ip", "link", "show", "lo"])).stdout;
  const load = ["load", "file", fixture("xdp_pass"), "--programs", "xdp:xdp_pass", "-o", "json"];
  const id = String(JSON.parse(await run(...load)).programs[0].record.program_id);
  const attach = ["attach", "xdp", id, "--iface", "lo", "--priority", "50", "-o", "json"];
  const link = String(JSON.parse(await run(...attach)).record.id);
  match(await shown(), /xdp/);
  strictEqual(await run("list", "programs", "-q"), `${id}\n`);
  strictEqual(await run("list", "links", "-q"), `${link}\n`);
  await run("detach", link);
  strictEqual((await shown()).includes("xdp"), false);
  await run("unload", id);
  deepStrictEqual(JSON.parse(await run("list", "programs", "-o", "json")), { programs: [] });
}
