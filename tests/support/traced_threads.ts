/**
 * Tells the calls of one process from those of others in what strace wrote.
 *
 * @module
 */

/** One line: the thread, and what it did. */
function parse(line: string): readonly [thread: string, call: string] {
  const space = line.indexOf(" ");
  return [line.slice(0, space), line.slice(space).trim()];
}

/** The thread that a call has started, undefined when it was a process, or the call failed. */
function newThread(call: string): string | undefined {
  return /CLONE_THREAD.*= (\d+)$/.exec(call)?.[1];
}

/**
 * The calls that a process makes once it has turned into another program.
 *
 * @param text What `strace -f -qq -o FILE` wrote of a process that executes twice.
 * @returns The calls of the process's threads behind the second execution.
 */
export function threadsOfLoader(text: string): string[] {
  const lines = text.split("\n").filter((line) => line !== "").map(parse);
  const [main = ""] = lines[0] ?? [];
  const starts = lines.flatMap(([thread, call], at) =>
    thread === main && /^execve\(.*= 0$|^<\.\.\. execve resumed>.*= 0$/.test(call) ? [at] : []
  );
  const start = starts.at(-1);
  if (starts.length < 2 || start === undefined) {
    throw new Error(`Cannot find the loader: ${starts.length} programs were started\n${text}`);
  }
  const threads = new Set([main]);
  return lines.slice(start + 1).flatMap(([thread, call]) => {
    if (!threads.has(thread)) return [];
    const started = newThread(call);
    if (started !== undefined) threads.add(started);
    return [call];
  });
}
