/**
 * Plain data as text for programs.
 *
 * @module
 */
import { importLater } from "../commands/run_later.ts";
import type { JsonPathFormat } from "../command.ts";
import { toJsonText } from "./format.ts";

/** What stands between two YAML documents. */
const YAML_BREAK = "---\n";

/**
 * Writes data in one of the formats for programs.
 *
 * @param data What `JSON.stringify` can write.
 * @param format The format.
 * @param isFurther True when other data stands before it.
 */
export async function dataText(
  data: unknown,
  format: "json" | "yaml" | JsonPathFormat,
  isFurther = false,
): Promise<string> {
  if (format === "json") return toJsonText(data);
  if (format === "yaml") {
    const { toYamlText } = await importLater<typeof import("../../core/yaml_text.ts")>(
      "../../core/yaml_text.ts",
    );
    return `${isFurther ? YAML_BREAK : ""}${toYamlText(data)}`;
  }
  const { pickText } = await importLater<typeof import("./jsonpath/mod.ts")>(
    "../output/jsonpath/mod.ts",
  );
  return pickText(format.slice("jsonpath=".length), data);
}
