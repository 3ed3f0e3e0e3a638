/**
 * Starts this very command again with what it lacks. Deno KV is behind a flag, which the
 * repository's deno.json sets; a remote entry or `--no-config` has no deno.json, so the process has
 * no KV and cannot change the store. The second process gets the flag, and only the permissions
 * that its command needs.
 *
 * @module
 */
import { BpfmanError } from "../core/errors.ts";
import type { RelaunchRequest } from "./context.ts";
import { SIGNAL_EXIT_CODES } from "./exit_codes.ts";
import { PERMISSION_SETS, permissionFlags } from "./permissions.ts";

/** Set in the second process, so that there is no third. */
const GUARD = "BPFMAN_RELAUNCHED";

/** Path of a file without a slash at its end. */
function fromFileUrl(url: URL): string {
  return decodeURIComponent(url.pathname).replace(/\/+$/, "");
}

/** Flags and arguments of the second process. */
export function relaunchArguments(
  request: RelaunchRequest,
  mainModule: string,
  args: readonly string[],
): string[] {
  const set = PERMISSION_SETS[request.command.permissions];
  const { protocol, host } = new URL(mainModule);
  const isFile = protocol === "file:";
  const places = {
    runtimeDirectory: request.settings.runtimeDirectory,
    ...(request.dataDirectory === undefined ? {} : { dataDirectory: request.dataDirectory }),
    ...(isFile ? { sources: fromFileUrl(new URL("../", import.meta.url)) } : {}),
  };
  return [
    "run",
    // This process has no configuration, so the second one must not find another.
    "--no-config",
    "--unstable-kv",
    "--no-prompt",
    ...permissionFlags({ ...set, env: [...set.env ?? [], GUARD] }, places),
    // Modules of hosts that Deno does not know by itself need a permission to be imported.
    ...(isFile ? [] : [`--allow-import=${host}`]),
    mainModule,
    ...args,
  ];
}

function storeError(cause?: unknown): BpfmanError {
  return new BpfmanError("Cannot open the store: Deno KV is not switched on", {
    code: "no-kv",
    hint: "Run deno with --unstable-kv, or with a deno.json that lists it under unstable",
    cause,
  });
}

function start(request: RelaunchRequest): Deno.ChildProcess {
  try {
    return new Deno.Command(Deno.execPath(), {
      args: relaunchArguments(request, Deno.mainModule, Deno.args),
      env: { [GUARD]: "1" },
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
    }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw storeError(error);
    throw error;
  }
}

/**
 * Runs this process's command again when it has no Deno KV. Resolves to the exit code, or to
 * undefined when there is nothing to mend.
 */
export async function relaunch(request: RelaunchRequest): Promise<number | undefined> {
  // The type says that openKv is there; without the flag it is not.
  if ("openKv" in Deno && Deno.openKv !== undefined) return undefined;
  if (Deno.env.get(GUARD) === "1") throw storeError();
  const child = start(request);
  const signals = ["SIGINT", "SIGTERM"] as const;
  const forward = signals.map((signal) => ({
    signal,
    pass: () => {
      try {
        child.kill(signal);
      } catch {
        // It has ended by itself; its exit code is on the way.
      }
    },
  }));
  for (const { signal, pass } of forward) Deno.addSignalListener(signal, pass);
  const status = await child.status;
  for (const { signal, pass } of forward) Deno.removeSignalListener(signal, pass);
  const { signal } = status;
  return signal === "SIGINT" || signal === "SIGTERM" ? SIGNAL_EXIT_CODES[signal] : status.code;
}
