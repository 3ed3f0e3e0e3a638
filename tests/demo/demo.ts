/**
 * The demo: does the main job on real input and shows it, command by command. It works in network
 * namespaces and a runtime directory of its own and takes everything away again, also when it
 * fails or is interrupted.
 *
 *     deno task demo
 *     deno task demo --runtime-dir /run/bpfman --report report.json
 *
 * Exit codes: 0 all shown and nothing left behind, 1 a failure, 2 wrong usage, 130 interrupted.
 *
 * @module
 */
import { type DemoFlags, parseFlags } from "./flags.ts";
import { DemoFailure } from "./failure.ts";
import { addSystemFolders } from "../support/search_path.ts";
import { perform } from "./perform.ts";

/** Exit codes after signals, as shells count them. */
const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
type DemoSignal = keyof typeof SIGNAL_CODES;

function readFlags(): DemoFlags {
  try {
    return parseFlags(Deno.args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(2);
  }
}

async function main(flags: DemoFlags): Promise<number> {
  if (Deno.uid() !== 0) {
    console.error("Cannot load programs into the kernel: the demo needs root");
    return 1;
  }
  addSystemFolders();
  const abort = new AbortController();
  let received: DemoSignal | undefined;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      // A second one does not stop the cleaning.
      if (received !== undefined) return;
      received = signal;
      console.log(`\n${signal}: cleaning up`);
      abort.abort(new DemoFailure(`Stopped by ${signal}`));
    });
  }
  try {
    await perform(flags, abort.signal);
    // the last chapter may have been over when the signal came
    if (received !== undefined) return SIGNAL_CODES[received];
    console.log("\ndemo: ok");
    return 0;
  } catch (error) {
    const text = error instanceof DemoFailure ? error.message : error;
    console.error("\ndemo: FAILED:", text);
    return received === undefined ? 1 : SIGNAL_CODES[received];
  }
}

if (import.meta.main) Deno.exit(await main(readFlags()));
