/**
 * The keys of the configuration file as tables.
 *
 * @module
 */
import {
  CONFIG_TABLES,
  type ConfigKeys,
  POLICY_KEYS,
  REGISTRY_KEYS,
} from "../../cli/config_table.ts";

function rows(table: string, keys: ConfigKeys): string[] {
  return Object.entries(keys).map(([key, { shape, wanted }]) =>
    `| \`${table}\` | \`${key}\` | ${wanted} | ${shape.description ?? ""} |`
  );
}

/** One row for each key. */
export function configReference(): string {
  return [
    "| Table | Key | Value | Meaning |",
    "| --- | --- | --- | --- |",
    ...Object.entries(CONFIG_TABLES).flatMap(([table, keys]) => rows(`[${table}]`, keys)),
    ...rows("[policy]", POLICY_KEYS),
    ...rows('[registries."HOST:PORT"]', REGISTRY_KEYS),
    "",
  ].join("\n");
}
