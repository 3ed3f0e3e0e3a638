/**
 * Manifests in JSON.
 *
 * @module
 */
import { document, either, list, object, word } from "./shape.ts";

const APPLICATION = document("bpfapplication", "An application");

/** Answer of `convert`: one manifest as itself, several as a list. */
export const CONVERTED = either([
  APPLICATION,
  object({
    apiVersion: word(["v1"], "Version of lists"),
    kind: word(["List"], "A list"),
    items: list(APPLICATION, "Applications"),
  }, "Several manifests"),
], "Manifests in the present form");
