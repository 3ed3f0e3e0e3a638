/**
 * What happens at the edges of the process: closed pipes, signals, terminals.
 *
 * @module
 */
import { equal, match } from "node:assert/strict";
import { mustBecome } from "../support/must.ts";
import { descendants } from "../support/process_table.ts";
import { Sandbox } from "../support/sandbox.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const FAKE = `${ROOT}tests/support/fake_cli.ts`;

async function shell(script: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", script],
    env: { DENO: Deno.execPath(), MAIN: `${ROOT}cli/main.ts`, FAKE, NO_COLOR: "1", TERM: "xterm" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("a reader that closes the pipe early is no failure and leaves no trace", async () => {
  for (const words of ["$FAKE list programs --all -o json", "$FAKE --help", "$MAIN --help"]) {
    // The reader is gone before the first byte is written.
    const { stdout, stderr } = await shell(
      `exec 3> >(true); wait $!; $DENO run -A ${words} >&3; echo "code $?" >&2`,
    );
    equal(stdout, "");
    equal(stderr, "code 0\n", words);
  }
});

Deno.test("standard output that cannot be written to is a failure", async () => {
  const { code, stderr } = await shell("$DENO run -A $FAKE list programs > /dev/full");
  equal(code, 1);
  match(stderr, /^bpfman: error: .*No space left on device/);
});

/** Runs a script with a terminal behind its output. */
function inTerminal(command: string): string {
  return `script -qec "${command}" /dev/null`;
}

Deno.test("a terminal gets colour, and NO_COLOR takes it away", async () => {
  const command = "stty cols 200; $DENO run -A $FAKE list programs";
  const colored = await shell(`unset NO_COLOR; ${inTerminal(command)}`);
  equal(colored.stdout.startsWith("\x1b[1mPROGRAM ID\x1b[0m"), true, colored.stdout);
  const plain = await shell(inTerminal(command));
  match(plain.stdout, /^PROGRAM ID {2}APPLICATION/);
});

Deno.test("a terminal gets help with colour", async () => {
  const colored = await shell(`unset NO_COLOR; ${inTerminal("$DENO run -A $MAIN --help")}`);
  equal(colored.stdout.includes("\x1b[1mEXAMPLES\x1b[0m"), true, colored.stdout);
});

/** True when a process has the lock file open: it waits, or is about to. */
function hasLockOpen(pid: number): boolean {
  try {
    return [pid, ...descendants(pid)].some((member) =>
      [...Deno.readDirSync(`/proc/${member}/fd`)]
        .some(({ name }) => Deno.readLinkSync(`/proc/${member}/fd/${name}`).endsWith("/.lock"))
    );
  } catch {
    // threads and descriptors come and go while they are looked at
    return false;
  }
}

/** Waits for the lock that another process holds, and is sent a signal. */
async function interruptWaiting(signal: Deno.Signal, flags: readonly string[]): Promise<number> {
  await using sandbox = await Sandbox.create();
  const cli = [Deno.execPath(), "run", "-A", "-q", ...flags, `${ROOT}cli/main.ts`];
  // A command that finds nothing to change makes no runtime directory.
  equal((await sandbox.run(["mkdir", "-p", "/run/bpfman"])).code, 0);
  const hold = ["flock", "/run/bpfman/.lock", "sh", "-c", "echo held; exec cat"];
  const holder = sandbox.command(hold, { stdin: "piped", stdout: "piped" }).spawn();
  const reader = holder.stdout.getReader();
  await reader.read();
  reader.releaseLock();
  const waiting = sandbox.command([...cli, "unload", "5", "--lock-timeout", "5m"], {
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await mustBecome("the wait for the lock", () => hasLockOpen(waiting.pid));
  waiting.kill(signal);
  const { code, stdout, stderr } = await waiting.output();
  equal(new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr), "");
  await holder.stdin.close();
  await holder.stdout.cancel();
  await holder.status;
  return code;
}

Deno.test("SIGINT and SIGTERM end a waiting command with 130 and 143", async () => {
  equal(await interruptWaiting("SIGINT", []), 130);
  equal(await interruptWaiting("SIGTERM", []), 143);
});

Deno.test("without deno.json SIGTERM ends a waiting command with 143 as well", async () => {
  equal(await interruptWaiting("SIGTERM", ["--no-config"]), 143);
});

Deno.test("a lock that stays held ends with 6 after the time that was asked for", async () => {
  await using sandbox = await Sandbox.create();
  const cli = [Deno.execPath(), "run", "-A", "-q", `${ROOT}cli/main.ts`];
  equal((await sandbox.run(["mkdir", "-p", "/run/bpfman"])).code, 0);
  const words = [...cli, "unload", "5", "--lock-timeout", "100ms"].join(" ");
  const { code, stderr } = await sandbox.run(["flock", "/run/bpfman/.lock", "sh", "-c", words]);
  equal(code, 6, stderr);
  match(stderr, /\/run\/bpfman\/\.lock/);
});
