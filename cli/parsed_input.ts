/**
 * Arguments of one command after parsing, by the data that describes them.
 *
 * @module
 */
import type { OptionSpec, PositionalSpec, ValueTypeName, ValueTypes } from "./command.ts";

/** An option or a positional argument. */
export type ArgumentSpec<K extends ValueTypeName> = OptionSpec<K> | PositionalSpec<K>;

/** Key of an argument: a positional and the option that says the same are one. */
export function argumentKey(spec: ArgumentSpec<ValueTypeName>): string {
  return "option" in spec && spec.option !== undefined ? spec.option.name : spec.name;
}

/** Typed access to parsed arguments. */
export class ParsedInput {
  readonly #values: ReadonlyMap<string, readonly unknown[]>;

  constructor(values: ReadonlyMap<string, readonly unknown[]>) {
    this.#values = values;
  }

  /** The same with other values of one argument. */
  with(key: string, values: readonly unknown[]): ParsedInput {
    return new ParsedInput(new Map([...this.#values, [key, values]]));
  }

  /** Every value of an argument, in the order of the command line. */
  all<K extends ValueTypeName>(spec: ArgumentSpec<K>): readonly ValueTypes[K][] {
    // The values of a key come from the parser of its own type, so the cast holds.
    return (this.#values.get(argumentKey(spec)) ?? []) as readonly ValueTypes[K][];
  }

  /** The value of an argument, undefined when it was not given. */
  one<K extends ValueTypeName>(spec: ArgumentSpec<K>): ValueTypes[K] | undefined {
    return this.all(spec).at(-1);
  }

  /** The value of an argument that the parser has already insisted on. */
  must<K extends ValueTypeName>(spec: ArgumentSpec<K>): ValueTypes[K] {
    const value = this.one(spec);
    if (value === undefined) throw new TypeError(`Argument ${spec.name} was not parsed`);
    return value;
  }

  /** True when a switch was given. */
  has(spec: OptionSpec<"switch">): boolean {
    return this.one(spec) === true;
  }

  /** Every value, or undefined when there is none. */
  some<K extends ValueTypeName>(spec: ArgumentSpec<K>): readonly ValueTypes[K][] | undefined {
    const values = this.all(spec);
    return values.length === 0 ? undefined : values;
  }
}
