/**
 * Rules about the runtime's own interfaces: which folder may touch which part of `Deno` and
 * `console`.
 *
 * @module
 */

import { areaOf, EXIT_FILES, projectPath } from "./areas.ts";

/** Reason why a member of `Deno` must not be used in a file, or undefined when it may. */
function refusal(path: string, member: string): string | undefined {
  const area = areaOf(path);
  if (member.startsWith("Unsafe")) {
    return `Deno.${member} must not be used: it needs the unscoped --allow-ffi, ` +
      "while numbers as pointers work under a path scope";
  }
  if (member === "dlopen" && area !== "ffi" && !path.startsWith("tests/support/")) {
    return "Deno.dlopen belongs in ffi: every library that the product loads is bound there";
  }
  if (member === "exit" && area !== "tests" && !EXIT_FILES.includes(path)) {
    return "Deno.exit belongs in cli/main.ts: everything else throws, so that resources are released";
  }
  return undefined;
}

/** True for `Deno` and `globalThis.Deno`. */
function isDeno(node: Deno.lint.Node): boolean {
  if (node.type === "Identifier") return node.name === "Deno";
  return node.type === "MemberExpression" && memberName(node) === "Deno" &&
    node.object.type === "Identifier" && node.object.name === "globalThis";
}

/** The property's name in `a.name` and `a["name"]`. */
function memberName(node: Deno.lint.MemberExpression): string | undefined {
  const { property } = node;
  if (property.type === "Identifier" && !node.computed) return property.name;
  if (property.type === "Literal" && typeof property.value === "string") return property.value;
  return undefined;
}

/** The names that `const { a, b: c } = …` takes out. */
function patternNames(pattern: Deno.lint.Node): string[] {
  if (pattern.type !== "ObjectPattern") return [];
  return pattern.properties.flatMap((property) =>
    property.type === "Property" && property.key.type === "Identifier" ? [property.key.name] : []
  );
}

/** `Deno.dlopen`, `Deno.exit` and `Deno.Unsafe*` only where they belong. */
export const denoScope: Deno.lint.Rule = {
  create(context) {
    const path = projectPath(context.filename);
    function check(node: Deno.lint.Node, member: string | undefined): void {
      const message = member === undefined ? undefined : refusal(path, member);
      if (message !== undefined) context.report({ node, message });
    }
    return {
      MemberExpression(node): void {
        if (isDeno(node.object)) check(node, memberName(node));
      },
      VariableDeclarator(node): void {
        if (node.init === null || !isDeno(node.init)) return;
        for (const name of patternNames(node.id)) check(node, name);
      },
    };
  },
};

/** No trace of `Deno` in `bytecode-tools/`. */
export const noDenoInBytecodeTools: Deno.lint.Rule = {
  create(context) {
    if (areaOf(projectPath(context.filename)) !== "bytecode-tools") return {};
    return {
      Identifier(node): void {
        if (node.name !== "Deno") return;
        context.report({
          node,
          message: "bytecode-tools must not name Deno: it also runs in browsers and in workers",
        });
      },
    };
  },
};

/** `console` only where text for people is made. */
export const consoleScope: Deno.lint.Rule = {
  create(context) {
    const area = areaOf(projectPath(context.filename));
    if (area === "cli" || area === "tests") return {};
    return {
      MemberExpression(node): void {
        if (node.object.type !== "Identifier" || node.object.name !== "console") return;
        context.report({
          node,
          message: "console belongs in cli and tests: a library returns data and throws errors",
        });
      },
    };
  },
};
