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
import { readAudit } from "./audit_config.ts";
import { checkedTable, isTable, type Table } from "./config_check.ts";
import { CONFIG_TABLES, FREE_TABLES, REGISTRY_KEYS } from "./config_table.ts";
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

function warn(key: string, known: readonly string[], path: string): string {
  const hint = didYouMean(key.slice(key.lastIndexOf(".") + 1), known);
  return `the configuration "${path}" has the unknown key "${key}"` +
    (hint === undefined ? "" : ` (${hint})`);
}

function registryName(host: string): string {
  return `registries."${host}"`;
}

function unknownRegistryKeys(value: unknown, path: string): string[] {
  const known = Object.keys(REGISTRY_KEYS);
  return Object.entries(isTable(value) ? value : {}).flatMap(([host, settings]) =>
    Object.keys(isTable(settings) ? settings : {})
      .filter((key) => !known.includes(key))
      .map((key) => warn(`${registryName(host)}.${key}`, known, path))
  );
}

function findUnknown(root: Table, path: string): string[] {
  const tables = [...Object.keys(CONFIG_TABLES), ...FREE_TABLES];
  return Object.entries(root).flatMap(([table, value]) => {
    if (table === "registries") return unknownRegistryKeys(value, path);
    if (FREE_TABLES.some((free) => free === table)) return [];
    const found = Object.entries(CONFIG_TABLES).find(([name]) => name === table);
    if (found === undefined) return [warn(table, tables, path)];
    const known = Object.keys(found[1]);
    const keys = isTable(value) ? Object.keys(value) : [];
    return keys.filter((key) => !known.includes(key))
      .map((key) => warn(`${table}.${key}`, known, path));
  });
}

function readMaps(value: unknown, path: string): MapAccess | undefined {
  const table = checkedTable(value, { name: "maps", path, keys: CONFIG_TABLES.maps });
  if (table === undefined) return undefined;
  const { group, mode } = table;
  return {
    ...(group === undefined ? {} : { group: String(group) }),
    ...(mode === undefined
      ? {}
      : { mode: typeof mode === "string" ? parseInt(mode, 8) : Number(mode) }),
  };
}

function readEngine(value: unknown, path: string): EngineChoice | undefined {
  const table = checkedTable(value, { name: "chain", path, keys: CONFIG_TABLES.chain });
  return ENGINE_CHOICES.find((choice) => choice === table?.["engine"]);
}

function readRegistry(host: string, value: unknown, path: string): RegistrySetting {
  const table = checkedTable(value, { name: registryName(host), path, keys: REGISTRY_KEYS });
  const { insecure, ca_file: caFile } = table ?? {};
  return {
    ...(typeof insecure === "boolean" ? { isInsecure: insecure } : {}),
    ...(typeof caFile === "string" ? { caFile } : {}),
  };
}

function readRegistries(value: unknown, path: string): Configuration["registries"] {
  const table = checkedTable(value, { name: "registries", path, keys: {} });
  if (table === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(table).map(([host, settings]) => [host, readRegistry(host, settings, path)]),
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
