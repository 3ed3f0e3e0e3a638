/**
 * What would become of applications, in all forms.
 *
 * @module
 */
import type { ApplyEffects } from "../../core/declared/effect_types.ts";
import type { Document } from "./document.ts";
import { planJson } from "./plan_json.ts";
import { planText } from "./plan_text.ts";

/** What `plan`, `diff` and `--dry-run` answer. */
export function planDocument(effects: ApplyEffects): Document {
  return {
    data: () => planJson(effects),
    text: ({ style }) => planText(effects, style),
    names: () => effects.applications.map(({ name }) => `application/${name}`),
  };
}
