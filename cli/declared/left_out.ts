/**
 * Applications that a command goes on without.
 *
 * @module
 */

/**
 * Makes one application ready; where that fails, it is left out, or the command fails.
 *
 * @param leftOut Applications that were left out, with the reason; absent where none may be.
 * @param name The application.
 * @param work What makes it ready.
 */
export async function orLeaveOut(
  leftOut: Map<string, Error> | undefined,
  name: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    // a mistake of ours is no property of an application
    if (leftOut === undefined || !(error instanceof Error) || error instanceof TypeError) {
      throw error;
    }
    leftOut.set(name, error);
  }
}
