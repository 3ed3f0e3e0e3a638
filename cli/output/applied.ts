/**
 * What became of applications, in all forms.
 *
 * @module
 */
import type { ApplyReport } from "../../core/types.ts";
import { applyJson } from "./apply_json.ts";
import { applyText } from "./apply_text.ts";
import type { Document } from "./document.ts";

/** What `apply` and its kin answer. */
export function appliedDocument(report: ApplyReport): Document {
  return {
    data: () => applyJson(report),
    text: ({ style }) => applyText(report, style),
    names: () => report.applications.map(({ name }) => `application/${name}`),
  };
}
