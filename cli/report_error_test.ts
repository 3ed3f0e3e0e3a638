import { deepEqual, doesNotMatch, equal, match } from "node:assert/strict";
import { BpfmanError, ErrorKind } from "../core/errors.ts";
import { exitCodeOf, joinedMessage, kindOf, reportError } from "./report_error.ts";

const KERNEL = new BpfmanError('Cannot attach "a" to "b"', {
  code: "kernel-refused",
  kind: ErrorKind.KERNEL,
  cause: new Error("bpf_link_create failed"),
});

Deno.test("joinedMessage() joins causes and says nothing twice", () => {
  equal(joinedMessage(KERNEL), 'Cannot attach "a" to "b": bpf_link_create failed');
  const cause = new Error("No such file");
  equal(
    joinedMessage(new Error('Cannot open "x": No such file', { cause })),
    'Cannot open "x": No such file',
  );
  equal(joinedMessage("a string"), "a string");
});

Deno.test("joinedMessage() ends on a cycle of causes", () => {
  const error = new Error("Round");
  error.cause = new Error("And round", { cause: error });
  equal(joinedMessage(error), "Round: And round");
});

Deno.test("kindOf() and exitCodeOf() find our error behind another", () => {
  const wrapped = new Error("outer", { cause: KERNEL });
  equal(kindOf(wrapped), "kernel");
  equal(exitCodeOf(wrapped), 5);
  equal(exitCodeOf(new Error("any")), 1);
  equal(exitCodeOf("any"), 1);
});

Deno.test("reportError() shows no stack and no causes unless asked", () => {
  const text = reportError(KERNEL, { format: "text" });
  equal(text, 'bpfman: error: Cannot attach "a" to "b": bpf_link_create failed\n');
  const verbose = reportError(KERNEL, { format: "text", isVerbose: true });
  match(verbose, /^Caused by: Error: bpf_link_create failed$/m);
  doesNotMatch(verbose, /^ {4}at /m);
  match(reportError(KERNEL, { format: "text", isDebug: true }), /^ {4}at /m);
});

Deno.test("reportError() advises on permissions that Deno denied", () => {
  const text = reportError(new Deno.errors.NotCapable("Requires read access"), { format: "json" });
  const { error } = JSON.parse(text);
  equal(error.code, "permission-denied");
  match(error.hint, /permission set/);
});

Deno.test("reportError() prints the whole verifier log and its decisive line once", () => {
  const log = "0: (b7) r0 = 0\nR1 invalid mem access\nprocessed 1 insns (limit 1000000)";
  const error = new BpfmanError("Refused", { code: "verifier", log });
  const hinted = new BpfmanError("Refused", {
    code: "verifier",
    log,
    hint: "R1 invalid mem access",
  });
  deepEqual(reportError(error, { format: "text" }).split("\n"), [
    ...log.split("\n"),
    "bpfman: verifier: R1 invalid mem access",
    "bpfman: error: Refused",
    "",
  ]);
  deepEqual(reportError(hinted, { format: "text" }).split("\n"), [
    ...log.split("\n"),
    "bpfman: error: Refused",
    "hint: R1 invalid mem access",
    "",
  ]);
});
