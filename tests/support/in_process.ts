/**
 * The product inside the test's own process: the library, and the command-line tool without a
 * process of its own.
 *
 * Importing this module opens the C libraries. They are never closed, so a test that opened one
 * would count as a test that leaks it.
 *
 * @module
 */
import { runApp } from "../../cli/app.ts";
import { PLAIN_STYLE } from "../../cli/output/style.ts";
import type { Manager } from "../../core/api.ts";
import { appendAttempt } from "../../core/audit/append.ts";
import { openImages } from "../../core/image/mod.ts";
import { openManager } from "../../core/manager.ts";
import {
  libbpf,
  libbpfAttach,
  libbpfFlags,
  libbpfGlobals,
  libbpfInstructions,
  libbpfReuse,
  libbpfSiblings,
  libbpfTypes,
} from "../../ffi/libbpf.ts";
import { libc } from "../../ffi/libc.ts";
import { libxdpChange, libxdpPrograms } from "../../ffi/libxdp.ts";
import { gatherFacts } from "../../core/doctor/gather/mod.ts";
import { openSurvey } from "../../ffi/survey.ts";
import { openKernel } from "../../ffi/mod.ts";
import { withJson } from "./answers.ts";
import type { ProgramResult } from "./must.ts";
import type { Workspace } from "./workspace.ts";

const LOOPBACK_IFINDEX = 1;

for (
  const open of [
    libc,
    libbpf,
    libbpfAttach,
    libbpfFlags,
    libbpfGlobals,
    libbpfInstructions,
    libbpfReuse,
    libbpfSiblings,
    libbpfTypes,
  ]
) open();
if (Deno.uid() === 0) {
  libxdpPrograms(LOOPBACK_IFINDEX);
  libxdpChange();
}

/** A manager on a workspace. */
export function openOn(workspace: Workspace, lockTimeoutMs = 30_000): Promise<Manager> {
  return openManager({ kernel: openKernel(), runtimeDirectory: workspace.path, lockTimeoutMs });
}

/** Runs a command of the tool here; JSON that it prints must be as published. */
export async function runHere(args: readonly string[]): Promise<ProgramResult> {
  let [stdout, stderr] = ["", ""];
  const code = await runApp(args, {
    terminal: {
      out: (text) => void (stdout += text),
      err: (text) => void (stderr += text),
      style: PLAIN_STYLE,
      width: null,
    },
    env: () => undefined,
    openKernel: () => Promise.resolve(openKernel()),
    gatherFacts: (places) => gatherFacts({ ...openKernel(), survey: openSurvey() }, places),
    openManager: ({ runtimeDirectory, lockTimeoutMs, mapAccess, engine }) =>
      openManager({
        kernel: openKernel(),
        runtimeDirectory,
        lockTimeoutMs,
        ...(mapAccess === undefined ? {} : { mapAccess }),
        ...(engine === undefined ? {} : { engine }),
      }),
    openImages: (options) => Promise.resolve(openImages(options)),
    audit: appendAttempt,
  });
  return withJson(args, { code, stdout, stderr });
}
