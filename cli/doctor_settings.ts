/**
 * What the doctor asks of this process and of the files of settings.
 *
 * @module
 */
import type { RuntimeFacts, SettingsFacts } from "../core/doctor/facts.ts";
import { BpfmanError } from "../core/errors.ts";
import { isThere } from "../core/files/if_there.ts";
import { DEFAULT_POLICY } from "../core/admission/refusal.ts";
import { BUILDER } from "./build_info.ts";
import { DEFAULT_CONFIG, readConfiguration } from "./config_file.ts";
import { readPolicy } from "./prepare/policy.ts";
import { joinedMessage } from "./report_error.ts";
import { VERSION } from "./version_number.ts";

/** Configuration and policy of this machine. */
export interface SettingsFound {
  readonly configuration: SettingsFacts;
  readonly policy: SettingsFacts;
}

const PERMISSIONS = ["read", "write", "net", "env", "run", "ffi", "sys"] as const;

function invalid(path: string, error: unknown): SettingsFacts {
  const hint = error instanceof BpfmanError ? error.hint ?? null : null;
  return { path, state: "invalid", messages: [joinedMessage(error)], hint };
}

async function policyFacts(
  settings: Parameters<typeof readPolicy>[0],
): Promise<SettingsFacts> {
  try {
    const { name, isBuiltIn } = await readPolicy(settings);
    return isBuiltIn === true
      ? { path: DEFAULT_POLICY, state: "absent", messages: [], hint: null }
      : { path: name, state: "valid", messages: [], hint: `bpfman policy check ${name}` };
  } catch (error) {
    const place = settings.policy?.kind === "file" ? settings.policy.path : DEFAULT_POLICY;
    return invalid(place, error);
  }
}

/**
 * Reads configuration and policy, as a load would.
 *
 * @param named The configuration that the user named.
 */
export async function settingsFacts(named: string | undefined): Promise<SettingsFound> {
  const path = named ?? DEFAULT_CONFIG;
  const config = named === undefined ? {} : { config: named };
  try {
    const { warnings, ...configured } = await readConfiguration(named);
    const state = isThere(path) ? "valid" : "absent";
    return {
      configuration: { path, state, messages: warnings, hint: `Correct ${path}` },
      policy: await policyFacts({ ...config, ...configured }),
    };
  } catch (error) {
    return { configuration: invalid(path, error), policy: await policyFacts(config) };
  }
}

/** How this process runs. */
export function runtimeFacts(): RuntimeFacts {
  const narrowed = PERMISSIONS.filter((name) =>
    Deno.permissions.querySync({ name }).state !== "granted"
  );
  return {
    version: VERSION,
    deno: Deno.version.deno,
    builder: BUILDER,
    hasKv: typeof Deno.openKv === "function",
    narrowed,
  };
}
