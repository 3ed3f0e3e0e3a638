/**
 * Validates what commands print by the schemas that are published for it.
 *
 * @module
 */
import { Ajv2020, type ValidateFunction } from "ajv/2020";
import { OUTPUTS } from "../../cli/schema/outputs.ts";
import { publishedSchemas, wholeSchema } from "../../cli/schema/schemas.ts";

/** A validator that takes nothing that it does not know. */
function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  // keywords that hold for one of several types stand beside all of them
  ajv.opts.strictTypes = false;
  ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
  ajv.addFormat("regex", (text: string) => {
    try {
      return new RegExp(text, "u") instanceof RegExp;
    } catch {
      return false;
    }
  });
  return ajv;
}

let published: Ajv2020 | undefined;
const whole = new Map<string, ValidateFunction>();

function validatorOf(name: string): ValidateFunction {
  published ??= [...publishedSchemas().values()].reduce<Ajv2020>(
    (ajv, schema) => ajv.addSchema(schema),
    newAjv(),
  );
  const found = published.getSchema(`${name}.schema.json`);
  if (found === undefined) throw new Error(`There is no schema "${name}"`);
  return found;
}

function reasons(validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    `${instancePath}: ${message} ${JSON.stringify(params)}`
  );
}

/** What is wrong with a value by the published schema of that name. */
export function schemaProblems(name: string, value: unknown): string[] {
  return reasons(validatorOf(name), value);
}

/** The same by the schema that `bpfman schema NAME` prints, on its own. */
export function wholeSchemaProblems(name: string, value: unknown): string[] {
  const schema = wholeSchema(name);
  if (schema === undefined) throw new Error(`There is no schema "${name}"`);
  const validate = whole.get(name) ?? newAjv().compile(schema);
  whole.set(name, validate);
  return reasons(validate, value);
}

/** Names of the schemas of what a command prints on standard output. */
export function schemasOf(command: string): string[] {
  return Object.entries(OUTPUTS)
    .filter(([, { commands }]) => commands.includes(command))
    .map(([name]) => name);
}

/**
 * Finds the schema that an answer of a command follows.
 *
 * @param command Id of the command.
 * @param answer What it printed on standard output.
 * @returns Name of the schema.
 * @throws {Error} When the answer follows none, with the reasons by schema.
 */
export function fittingSchema(command: string, answer: unknown): string {
  const names = schemasOf(command);
  const found = names.find((name) => schemaProblems(name, answer).length === 0);
  if (found !== undefined) return found;
  const problems = names.map((name) => `${name}:\n  ${schemaProblems(name, answer).join("\n  ")}`);
  throw new Error(`No schema of "${command}" fits (${names.length}):\n${problems.join("\n")}`);
}
