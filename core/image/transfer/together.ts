/**
 * Several things at once, and none of them left behind.
 *
 * @module
 */

/**
 * Waits for both, then throws the first failure: nothing goes on in the background once an
 * operation has failed.
 */
export async function together<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return await Promise.all([first, second]);
}

/** The same for a list. */
export async function eachOf<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return await Promise.all(promises);
}
