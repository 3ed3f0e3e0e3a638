/**
 * Reads a policy from JSON with comments. Every key must be known and every value of its type: a rule
 * that is misspelt must not be a rule that does not hold.
 *
 * @module
 */
import {
  findNodeAtLocation,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "npm:jsonc-parser@3.3.1";
import { getNodePath, getNodeValue, type Node } from "npm:jsonc-parser@3.3.1";
import { BpfmanError, ErrorKind } from "../errors.ts";
import { POLICY_SHAPE, type Shape } from "./shape.ts";
import type { LoadedPolicy, Policy } from "./types.ts";

function isPattern(text: string): boolean {
  try {
    new RegExp(`^(?:${text})$`, "u");
    return true;
  } catch {
    return false;
  }
}

function wanted(shape: Shape): string {
  switch (shape.kind) {
    case "word":
      return `one of ${shape.words.join(", ")}`;
    case "name":
      return "a text or a whole number from 0 on";
    case "number":
      return "a whole number from 0 on";
    case "boolean":
      return "true or false";
    case "text":
      return "a text";
    case "pattern":
      return "a pattern (ECMAScript, flag u)";
    case "list":
      return shape.length === undefined ? "a list" : `a list of ${shape.length}`;
    case "object":
    case "record":
      return "an object";
  }
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function fits(shape: Shape, node: Node): boolean {
  const { value } = node;
  switch (shape.kind) {
    case "text":
      return node.type === "string";
    case "pattern":
      return typeof value === "string" && isPattern(value);
    case "name":
      return node.type === "string" || isCount(value);
    case "number":
      return isCount(value);
    case "boolean":
      return node.type === "boolean";
    case "word":
      return typeof value === "string" && shape.words.includes(value);
    case "list":
      return node.type === "array" &&
        (shape.length === undefined || node.children?.length === shape.length);
    case "object":
    case "record":
      return node.type === "object";
  }
}

/** Checks values against the shape and calls back with the first that does not fit. */
function check(shape: Shape, node: Node, path: string, refuse: (node: Node, why: string) => never) {
  if (!fits(shape, node)) refuse(node, `${path} must be ${wanted(shape)}`);
  if (shape.kind === "list") {
    for (const [at, item] of (node.children ?? []).entries()) {
      check(shape.item, item, `${path}[${at}]`, refuse);
    }
  }
  if (shape.kind !== "object" && shape.kind !== "record") return;
  const seen = new Set<string>();
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (key === undefined || value === undefined) continue;
    const name = String(key.value);
    if (seen.has(name)) refuse(key, `the key "${name}" is there twice`);
    seen.add(name);
    const inner = shape.kind === "record" ? shape.value : ownKey(shape.keys, name);
    if (inner === undefined) refuse(key, `the key "${name}" is unknown`);
    check(inner, value, path === "" ? name : `${path}.${name}`, refuse);
  }
}

function ownKey(keys: Readonly<Record<string, Shape>>, name: string): Shape | undefined {
  return Object.hasOwn(keys, name) ? keys[name] : undefined;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function unreadable(name: string, line: number, why: string): BpfmanError {
  return new BpfmanError(`Cannot use the policy "${name}": line ${line}: ${why}`, {
    code: "policy-invalid",
    kind: ErrorKind.USAGE,
    hint: "Nothing is loaded while the policy cannot be read",
  });
}

/**
 * Reads a policy.
 *
 * @param text JSON, comments and a comma at the end of lists are allowed.
 * @param name Path of the file, for messages.
 * @param lineOf Lines of its values, where the text stands for a file of another form.
 * @throws {BpfmanError} `policy-invalid`, with the line.
 *
 * @example
 * ```ts
 * const { policy } = parsePolicy('{ "default": { "action": "reject" } }', "policy.json");
 * ```
 */
export function parsePolicy(
  text: string,
  name: string,
  lineOf?: LoadedPolicy["lineOf"],
): LoadedPolicy {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    throw unreadable(name, lineAt(text, error.offset), printParseErrorCode(error.error));
  }
  if (tree === undefined) throw unreadable(name, 1, "it is empty");
  check(POLICY_SHAPE, tree, "", (node, why) => {
    const line = lineOf === undefined
      ? lineAt(text, node.offset)
      : lineOf(getNodePath(node) as (string | number)[]);
    throw unreadable(name, line, why);
  });
  const policy: Policy = getNodeValue(tree);
  return {
    policy,
    name,
    lineOf: lineOf ?? ((path) => {
      const found = findNodeAtLocation(tree, [...path]);
      // the key tells more than the value that may begin lines below
      return lineAt(text, (found?.parent ?? found ?? tree).offset);
    }),
  };
}
