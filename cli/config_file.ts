/**
 * The configuration file (TOML). Read only by commands that it concerns: those that change something,
 * and those that talk to registries.
 *
 * @module
 */
import { BpfmanError, usageError } from "../core/errors.ts";
import { ENGINE_CHOICES } from "../core/chain/model.ts";
import type { RegistrySetting } from "../core/image/settings.ts";
import type { SigningSettings } from "../core/policy/without_file.ts";
import type { EngineChoice, MapAccess } from "../core/types.ts";
import { importLater } from "./commands/run_later.ts";
import { AUDIT_KEYS, readAudit } from "./audit_config.ts";
import type { AuditSettings } from "./context.ts";
import { type PolicyPlace, readPolicyPlace, readSigning } from "./config_signing.ts";
import { didYouMean } from "./nearest.ts";

/** Where the file is when nothing else is said. */
export const DEFAULT_CONFIG = "/etc/bpfman/bpfman.toml";

/** What the file says, as far as this version uses it. */
export interface Configuration {
  readonly mapAccess?: MapAccess;
  /** Engine of a hook that has none yet. */
  readonly engine?: EngineChoice;
  /** What bpfman's switches say of signatures. */
  readonly signing?: SigningSettings;
  /** The policy that it names or holds. */
  readonly policy?: PolicyPlace;
  /** Settings of registries by host and port. */
  readonly registries?: Readonly<Record<string, RegistrySetting>>;
  /** What is set for the audit log. */
  readonly audit?: AuditSettings;
  /** Keys that nobody knows, in words. */
  readonly warnings: readonly string[];
}

/** Known keys by table. Those of logging and of the database are bpfman's and have no effect. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  chain: ["engine"],
  maps: ["group", "mode"],
  signing: ["allow_unsigned", "verify_enabled", "trusted_identities"],
  logging: ["level", "format", "components"],
  audit: AUDIT_KEYS,
  database: ["max_retries", "millisec_delay"],
};
/** Tables whose keys are names that users choose. */
const FREE_TABLES: readonly string[] = ["interfaces", "policy", "registries"];
/** Keys of each registry's table. */
const REGISTRY_KEYS: readonly string[] = ["insecure", "ca_file"];

type Table = Readonly<Record<string, unknown>>;

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function warn(key: string, known: readonly string[], path: string): string {
  const hint = didYouMean(key.slice(key.lastIndexOf(".") + 1), known);
  return `the configuration "${path}" has the unknown key "${key}"` +
    (hint === undefined ? "" : ` (${hint})`);
}

function unknownRegistryKeys(value: unknown, path: string): string[] {
  return Object.entries(isTable(value) ? value : {}).flatMap(([host, settings]) =>
    Object.keys(isTable(settings) ? settings : {})
      .filter((key) => !REGISTRY_KEYS.includes(key))
      .map((key) => warn(`registries."${host}".${key}`, REGISTRY_KEYS, path))
  );
}

function findUnknown(root: Table, path: string): string[] {
  const tables = [...Object.keys(KEYS), ...FREE_TABLES];
  return Object.entries(root).flatMap(([table, value]) => {
    if (table === "registries") return unknownRegistryKeys(value, path);
    if (FREE_TABLES.includes(table)) return [];
    const known = KEYS[table];
    if (known === undefined) return [warn(table, tables, path)];
    const keys = isTable(value) ? Object.keys(value) : [];
    return keys.filter((key) => !known.includes(key))
      .map((key) => warn(`${table}.${key}`, known, path));
  });
}

function readGroup(value: unknown, path: string): string {
  if (typeof value === "string" && value !== "") return value;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return String(value);
  throw usageError(`Cannot use maps.group in "${path}": it must be a name or a number`);
}

function readMode(value: unknown, path: string): number {
  if (typeof value === "string" && /^0?[0-7]{3}$/.test(value)) return parseInt(value, 8);
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0o777) {
    return value;
  }
  throw usageError(`Cannot use maps.mode in "${path}": it must be octal, such as "0640"`);
}

function readMaps(value: unknown, path: string): MapAccess | undefined {
  if (value === undefined) return undefined;
  if (!isTable(value)) throw usageError(`Cannot use maps in "${path}": it must be a table`);
  const { group, mode } = value;
  return {
    ...(group === undefined ? {} : { group: readGroup(group, path) }),
    ...(mode === undefined ? {} : { mode: readMode(mode, path) }),
  };
}

function readEngine(value: unknown, path: string): EngineChoice | undefined {
  if (value === undefined) return undefined;
  if (!isTable(value)) throw usageError(`Cannot use chain in "${path}": it must be a table`);
  const engine = value["engine"];
  if (engine === undefined) return undefined;
  const found = ENGINE_CHOICES.find((choice) => choice === engine);
  if (found !== undefined) return found;
  throw usageError(
    `Cannot use chain.engine in "${path}": it must be one of ${ENGINE_CHOICES.join(", ")}`,
  );
}

function readRegistry(host: string, value: unknown, path: string): RegistrySetting {
  const name = `registries."${host}"`;
  if (!isTable(value)) throw usageError(`Cannot use ${name} in "${path}": it must be a table`);
  const { insecure, ca_file: caFile } = value;
  if (insecure !== undefined && typeof insecure !== "boolean") {
    throw usageError(`Cannot use ${name}.insecure in "${path}": it must be true or false`);
  }
  if (caFile !== undefined && (typeof caFile !== "string" || !caFile.startsWith("/"))) {
    throw usageError(`Cannot use ${name}.ca_file in "${path}": it must be an absolute path`);
  }
  return {
    ...(insecure === undefined ? {} : { isInsecure: insecure }),
    ...(caFile === undefined ? {} : { caFile }),
  };
}

function readRegistries(value: unknown, path: string): Configuration["registries"] {
  if (value === undefined) return undefined;
  if (!isTable(value)) throw usageError(`Cannot use registries in "${path}": it must be a table`);
  return Object.fromEntries(
    Object.entries(value).map(([host, settings]) => [host, readRegistry(host, settings, path)]),
  );
}

/**
 * Understands the text of a configuration.
 *
 * @param text The file's content.
 * @param path Its path, for messages.
 * @throws {BpfmanError} When it is no TOML, or a key has a value that cannot be.
 */
export async function parseConfiguration(text: string, path: string): Promise<Configuration> {
  const { parse, TomlError } = await importLater<typeof import("./toml.ts")>("../toml.ts");
  let root: Table;
  try {
    root = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const why = error.message.split("\n", 1)[0] ?? "";
    throw usageError(`Cannot read configuration "${path}": line ${error.line}: ${why}`);
  }
  const mapAccess = readMaps(root["maps"], path);
  const engine = readEngine(root["chain"], path);
  const registries = readRegistries(root["registries"], path);
  const audit = readAudit(root["audit"], path);
  const signing = readSigning(root["signing"], path);
  const policy = readPolicyPlace(root["policy"], { text, path });
  return {
    ...(audit === undefined ? {} : { audit }),
    ...(signing === undefined ? {} : { signing }),
    ...(policy === undefined ? {} : { policy }),
    ...(engine === undefined ? {} : { engine }),
    ...(registries === undefined ? {} : { registries }),
    ...(mapAccess === undefined ? {} : { mapAccess }),
    warnings: findUnknown(root, path),
  };
}

/**
 * Reads the configuration.
 *
 * @param named Path that the user gave; without one the usual file, which may be missing.
 * @throws {BpfmanError} When a named file does not exist, or the content cannot be used.
 */
export async function readConfiguration(named: string | undefined): Promise<Configuration> {
  const path = named ?? DEFAULT_CONFIG;
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (cause) {
    if (named === undefined && cause instanceof Deno.errors.NotFound) return { warnings: [] };
    const why = cause instanceof Deno.errors.NotFound ? "it does not exist" : "it is not readable";
    throw new BpfmanError(`Cannot read configuration "${path}": ${why}`, {
      code: "configuration-unreadable",
      hint: "Correct --config or BPFMAN_CONFIG",
      cause,
    });
  }
  return await parseConfiguration(text, path);
}
