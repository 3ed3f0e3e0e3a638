/**
 * Rules about style that the built-in ones do not cover: error messages and parameter lists.
 *
 * @module
 */

const CONTRACTION =
  /\b(?:\w+n['’]t|(?:it|that|there|here|what|who|let|he|she)['’]s|\w+['’](?:re|ll|ve|d|m))\b/i;

/** What is wrong with the words of an error message: one sentence each. */
export function messageFaults(text: string): string[] {
  const faults: string[] = [];
  // A name such as map_owner_id keeps its spelling at the start of a message.
  if (/^\p{Ll}[^\s_]*(?:\s|$)/u.test(text)) faults.push("It starts with a capital letter");
  if (/\.\s*$/.test(text)) faults.push("It ends without a period");
  if (CONTRACTION.test(text)) faults.push("It has no contractions");
  return faults;
}

/** Words of a string or template literal; a placeholder stands as `${}`. */
function literalText(node: Deno.lint.Node | undefined): string | undefined {
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  if (node?.type === "TemplateLiteral") return node.quasis.map(({ cooked }) => cooked).join("${}");
  if (node?.type !== "BinaryExpression" || node.operator !== "+") return undefined;
  const left = literalText(node.left as Deno.lint.Node);
  return left === undefined ? undefined : left + (literalText(node.right) ?? "${}");
}

/** Messages of errors read alike: "Cannot load \"a.o\": no such file". */
export const errorMessage: Deno.lint.Rule = {
  create(context) {
    return {
      NewExpression(node): void {
        if (node.callee.type !== "Identifier" || !/Error$/.test(node.callee.name)) return;
        // Codes and symbols come as single words; the message is the first argument with a space.
        const message = node.arguments
          .map((argument) => literalText(argument))
          .find((text) => text?.includes(" "));
        if (message === undefined) return;
        for (const fault of messageFaults(message)) {
          context.report({
            node,
            message: `The error message breaks the house style: ${fault}`,
            hint: 'Write "Cannot X \\"y\\": cause and wanted state"',
          });
        }
      },
    };
  },
};

const MOST_PARAMETERS = 3;

type FunctionNode =
  | Deno.lint.FunctionDeclaration
  | Deno.lint.FunctionExpression
  | Deno.lint.ArrowFunctionExpression;

function isFunction(node: Deno.lint.Node | null | undefined): node is FunctionNode {
  return node?.type === "FunctionDeclaration" || node?.type === "FunctionExpression" ||
    node?.type === "ArrowFunctionExpression";
}

/** Functions in `export function f…` and `export const f = …`. */
function exportedFunctions(declaration: Deno.lint.Node | null | undefined): FunctionNode[] {
  if (isFunction(declaration)) return [declaration];
  if (declaration?.type !== "VariableDeclaration") return [];
  return declaration.declarations.flatMap(({ init }) => isFunction(init) ? [init] : []);
}

/** Exported functions take an options object instead of a long list of parameters. */
export const fewParameters: Deno.lint.Rule = {
  create(context) {
    function check(functions: readonly FunctionNode[]): void {
      for (const node of functions) {
        if (node.params.length <= MOST_PARAMETERS) continue;
        context.report({
          node,
          message: `An exported function takes at most ${MOST_PARAMETERS} parameters: ` +
            `this one takes ${node.params.length}`,
          hint: "Callers cannot tell a fourth argument by its place: take an options object",
        });
      }
    }
    return {
      ExportNamedDeclaration(node): void {
        check(exportedFunctions(node.declaration));
      },
      ExportDefaultDeclaration(node): void {
        check(exportedFunctions(node.declaration));
      },
    };
  },
};

/** `x!` hides a question that the code should answer. */
export const noNonNullAssertion: Deno.lint.Rule = {
  create(context) {
    return {
      TSNonNullExpression(node): void {
        context.report({
          node,
          message: "A non-null assertion must not be used: it turns a missing value into a crash " +
            "somewhere else",
          hint: "Test for undefined and throw an error that names what is missing",
        });
      },
    };
  },
};
