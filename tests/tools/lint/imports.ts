/**
 * Rules about imports: between the folders of the project, and of packages.
 *
 * @module
 */

import {
  AREA_RULES,
  areaOf,
  COMPOSITION_ROOTS,
  packageOf,
  projectPath,
  type Reach,
  resolveImport,
} from "./areas.ts";

interface Import {
  readonly node: Deno.lint.Node;
  readonly specifier: string;
  readonly form: Reach;
}

type Report = (found: Import) => void;

/** Calls `report` for every import, re-export and dynamic import with a constant specifier. */
function everyImport(report: Report): Deno.lint.LintVisitor {
  return {
    ImportDeclaration(node): void {
      const onlyTypes = node.importKind === "type" || areTypes(node.specifiers);
      report({ node, specifier: node.source.value, form: onlyTypes ? "types" : "values" });
    },
    ExportNamedDeclaration(node): void {
      if (node.source === null || node.source === undefined) return;
      const form = node.exportKind === "type" ? "types" : "values";
      report({ node, specifier: node.source.value, form });
    },
    ExportAllDeclaration(node): void {
      const form = node.exportKind === "type" ? "types" : "values";
      report({ node, specifier: node.source.value, form });
    },
    ImportExpression(node): void {
      if (node.source.type !== "Literal" || typeof node.source.value !== "string") return;
      report({ node, specifier: node.source.value, form: "lazily" });
    },
  };
}

/** True for `{ type A, type B }`, which brings no value in. */
function areTypes(specifiers: readonly Deno.lint.Node[]): boolean {
  return specifiers.length > 0 &&
    specifiers.every((specifier) =>
      specifier.type === "ImportSpecifier" && specifier.importKind === "type"
    );
}

/** True when an area that grants `granted` allows an import of the given form. */
function allows(granted: Reach | undefined, form: Reach): boolean {
  if (granted === undefined) return false;
  if (granted === "values" || form === "types") return true;
  return granted === form;
}

/** Folders import each other only along the arrows of the design. */
export const folderImports: Deno.lint.Rule = {
  create(context) {
    const path = projectPath(context.filename);
    const area = areaOf(path);
    const rules = AREA_RULES[area];
    if (rules === undefined) return {};
    return everyImport(({ node, specifier, form }) => {
      if (!specifier.startsWith(".")) return;
      const target = resolveImport(path, specifier);
      const to = areaOf(target);
      if (to === area) return;
      if (to === "ffi" && COMPOSITION_ROOTS.includes(path)) return;
      const granted = rules.areas[to];
      if (allows(granted, form)) return;
      const how = granted === undefined
        ? `must not import ${to}`
        : `may import ${to} only ${granted === "types" ? "as types" : "with import()"}`;
      context.report({ node, message: `${area} ${how}: ${rules.reason}` });
    });
  },
};

/** Each folder uses only the packages listed for it. */
export const listedPackages: Deno.lint.Rule = {
  create(context) {
    const area = areaOf(projectPath(context.filename));
    const rules = AREA_RULES[area];
    if (rules === undefined) return {};
    return everyImport(({ node, specifier }) => {
      if (specifier.startsWith(".")) return;
      const name = packageOf(specifier);
      if (rules.packages.includes(name)) return;
      context.report({
        node,
        message: `${area} must not import the package "${name}": it is not listed for this folder`,
        hint: "Every package costs start-up time and trust: see docs/dependencies.md, " +
          "then list it in tests/tools/lint/areas.ts",
      });
    });
  },
};
