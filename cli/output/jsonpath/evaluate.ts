/**
 * Picks values out of plain data by a parsed path.
 *
 * @module
 */
import type { Condition, Operand, Path, Step } from "./types.ts";

/** Where a path starts. */
export interface Scope {
  readonly document: unknown;
  readonly current: unknown;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function childrenOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

/** A value and all that is in it, from the outside in. */
function descend(value: unknown): unknown[] {
  return [value, ...childrenOf(value).flatMap(descend)];
}

function named(value: unknown, names: readonly string[]): unknown[] {
  if (!isObject(value)) return [];
  return names.filter((name) => Object.hasOwn(value, name)).map((name) => value[name]);
}

function sliced(value: unknown, { from, to, by }: Extract<Step, { kind: "slice" }>): unknown[] {
  if (!Array.isArray(value)) return [];
  return value.slice(from, to).filter((_, at) => at % by === 0);
}

function take(step: Step, value: unknown, document: unknown): readonly unknown[] {
  switch (step.kind) {
    case "names":
      return named(value, step.names);
    case "indices":
      if (!Array.isArray(value)) return [];
      return step.indices.filter((at) => at < value.length && at >= -value.length)
        .map((at): unknown => value.at(at));
    case "slice":
      return sliced(value, step);
    case "all":
      return childrenOf(value);
    case "filter":
      return childrenOf(value).filter((current) =>
        step.conditions.some((all) => all.every((one) => holds(one, { document, current })))
      );
    case "descend":
      return descend(value);
  }
}

/** The values that a path leads to. */
export function evaluate({ from, steps }: Path, scope: Scope): readonly unknown[] {
  return steps.reduce<readonly unknown[]>(
    (values, step) => values.flatMap((value) => take(step, value, scope.document)),
    [scope[from]],
  );
}

function valuesOf(operand: Operand, scope: Scope): readonly unknown[] {
  return operand.kind === "literal" ? [operand.value] : evaluate(operand.path, scope);
}

/** Negative, zero or positive; undefined for values that have no order. */
function compare(left: unknown, right: unknown): number | undefined {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left !== "string" || typeof right !== "string") return undefined;
  return left < right ? -1 : left > right ? 1 : 0;
}

function holds(condition: Condition, scope: Scope): boolean {
  if (condition.kind === "exists") return evaluate(condition.path, scope).length > 0;
  const [left] = valuesOf(condition.left, scope);
  const [right] = valuesOf(condition.right, scope);
  switch (condition.comparison) {
    case "==":
      return left !== undefined && left === right;
    case "!=":
      return left !== right;
  }
  const order = compare(left, right);
  if (order === undefined) return false;
  switch (condition.comparison) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}
