/**
 * What holds for a user who is not root, and whose copy of Deno has capabilities by its file.
 *
 * @module
 */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { CapableUser, USER } from "../support/capable_user.ts";
import { fixture } from "../support/cli.ts";
import { must, mustBecome } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { frontOf, isLoader, SilentRegistry, statusOf } from "../support/waiting_load.ts";

const NEEDS = ["root", "bpffs", "command:setcap", "command:setpriv", "command:unshare"] as const;
const PROGRAMS = "--programs xdp:xdp_pass";

/** Numbers of the capabilities that a load of an XDP program needs: network, tracing, BPF. */
const OF_XDP = [12n, 38n, 39n];

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(user: CapableUser, script: string): Promise<Ended> {
  const { code, stdout, stderr } = await user.start(script).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

kernelTest("a user with the privileges of a file has the same two processes", NEEDS, async () => {
  await using user = await CapableUser.make();
  await using registry = new SilentRegistry();
  const child = user.start(`exec $bpfman load image ${registry.image} ${PROGRAMS}`);
  const output = child.output();
  await Promise.race([registry.asked, output]);
  await mustBecome("the start of the loader", () => isLoader(child.pid));
  const front = must(frontOf(child.pid), "front");
  await mustBecome(
    "a loader that waits",
    () => statusOf(child.pid, "Seccomp_filters")[0] === "2",
  );
  for (const set of ["CapPrm", "CapEff", "CapInh", "CapAmb"]) {
    deepStrictEqual(statusOf(front, set), ["0000000000000000"], set);
  }
  deepStrictEqual(statusOf(front, "NoNewPrivs"), ["1"]);
  const mask = OF_XDP.reduce((sum, bit) => sum | 1n << bit, 0n);
  deepStrictEqual(statusOf(child.pid, "CapPrm"), [mask.toString(16).padStart(16, "0")]);
  deepStrictEqual(statusOf(child.pid, "CapEff"), ["0000000000000000"]);
  deepStrictEqual(statusOf(child.pid, "NoNewPrivs"), ["1"]);
  deepStrictEqual(statusOf(child.pid, "Uid"), [String(USER)]);
  child.kill("SIGTERM");
  strictEqual((await output).code, 143);
});

kernelTest("such a user loads what the policy allows, into root's place alone", NEEDS, async () => {
  await using user = await CapableUser.make();
  const object = await user.give(fixture("xdp_pass"));
  const load = `$bpfman load file ${object} ${PROGRAMS} -o json`;
  const { code, stdout, stderr } = await run(
    user,
    `${load} >/run/out; $bpfman delete program --all >&2; cat /var/log/bpfman/audit.jsonl`,
  );
  strictEqual(`${code}${stderr.replace(/^Program \d+.*\n/m, "")}`, "0", stderr);
  const entries = stdout.trim().split("\n").map((line) => JSON.parse(line));
  deepStrictEqual(entries.map(({ verb, result }) => [verb, result]), [
    ["load file", "done"],
    ["delete program", "done"],
  ]);
  deepStrictEqual([entries[0].who.uid, entries[0].rule.path], [USER, 'scopes."file:"']);

  for (const choice of ["--runtime-dir /tmp/x", "--config /tmp/x", "--policy /tmp/x"]) {
    const refused = await run(user, `${load} ${choice}; cat /var/log/bpfman/audit.jsonl >&2`);
    strictEqual(refused.code, 4, refused.stderr);
    strictEqual(JSON.parse(refused.stderr).error.code, "caller-not-root");
  }
  const audited = await run(
    user,
    `${load} --config /tmp/x || cat /var/log/bpfman/audit.jsonl`,
  );
  match(audited.stdout, /"result":"refused","error":"caller-not-root"/);
});
