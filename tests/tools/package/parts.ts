/**
 * Collects what goes into an installation, out of the sources and the compiled program.
 *
 * @module
 */
import { completionScript } from "../../../cli/completion/script.ts";
import { SHELLS } from "../../../cli/completion/types.ts";
import { manPages } from "../../../cli/output/man_page.ts";
import { VERSION } from "../../../cli/version_number.ts";
import { DEFAULT_RUNTIME_DIRECTORY } from "../../../core/layout.ts";
import { unitsFor } from "../../../core/units/install.ts";
import type { UnitFile } from "../../../core/units/unit_text.ts";
import { referencePages } from "../man/pages.ts";
import { COPYRIGHT } from "./copyright.ts";
import type { Parts } from "./plan.ts";
import { DEFAULT_CONFIGURATION, EXAMPLE_POLICY } from "./texts.ts";

const ROOT = decodeURIComponent(new URL("../../../", import.meta.url).pathname);

/** Where the program keeps things when nothing else is said. */
const DATA_DIRECTORY = "/var/lib/bpfman";
const AUDIT_DIRECTORY = "/var/log/bpfman";

/** The units for a program at a path. */
function unitsOf(program: string): UnitFile[] {
  return unitsFor({
    program: [program],
    runtimeDirectory: DEFAULT_RUNTIME_DIRECTORY,
    dataDirectory: DATA_DIRECTORY,
    auditDirectory: AUDIT_DIRECTORY,
    programPaths: [program],
  });
}

/** What is collected. */
export interface PartsOptions {
  /** The compiled program as it is now. */
  readonly program: string;
  /** Its path once it is installed. */
  readonly installedProgram: string;
}

/** All parts. */
export function partsOf({ program, installedProgram }: PartsOptions): Parts {
  return {
    program,
    completions: SHELLS.map((shell) => ({ shell, text: completionScript(shell) })),
    manuals: [...manPages(), ...referencePages()],
    units: unitsOf(installedProgram),
    configuration: [{ name: "bpfman.toml", text: DEFAULT_CONFIGURATION }],
    documents: [
      { name: "copyright", text: COPYRIGHT },
      { name: "NOTICE", text: Deno.readTextFileSync(`${ROOT}NOTICE`) },
      { name: "examples/policy.json", text: EXAMPLE_POLICY },
    ],
    examples: [
      { path: `${ROOT}tests/fixtures/xdp_pass.bpf.c`, mode: 0o644 },
      { path: `${ROOT}tests/fixtures/xdp_pass.bpf.o`, mode: 0o644 },
      { path: `${ROOT}tests/tools/package/examples/first-steps.sh`, mode: 0o755 },
    ],
  };
}

export { VERSION };
