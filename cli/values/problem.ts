/**
 * What is wrong with a typed value.
 *
 * @module
 */

/** Thrown by the readers of values; the parser adds the argument's name and the value. */
export class ValueProblem extends Error {
  override readonly name: string = "ValueProblem";
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
