/**
 * The house rules as a Deno lint plugin: what the built-in rules cannot know about this project.
 *
 * @module
 */

import { folderImports, listedPackages } from "./lint/imports.ts";
import { consoleScope, denoScope, noDenoInBytecodeTools } from "./lint/runtime_api.ts";
import { errorMessage, fewParameters, noNonNullAssertion } from "./lint/style.ts";

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    "console-scope": consoleScope,
    "deno-scope": denoScope,
    "error-message": errorMessage,
    "few-parameters": fewParameters,
    "folder-imports": folderImports,
    "listed-packages": listedPackages,
    "no-deno-in-bytecode-tools": noDenoInBytecodeTools,
    "no-non-null-assertion": noNonNullAssertion,
  },
};

export default plugin;
