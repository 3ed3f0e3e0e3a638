/**
 * Paths as another process sees them: below /proc/PID/root, with symbolic links followed there and
 * not here. An absolute link would otherwise lead out of the container.
 *
 * @module
 */
import type { KernelFiles } from "../../ffi/mod.ts";

const MOST_LINKS = 40;

/**
 * Finds a file below a root.
 *
 * @param files The files.
 * @param root Root folder without a slash at its end, such as `/proc/4711/root`; empty for our own.
 * @param path Absolute path in that root.
 * @returns The path that leads there from here, null when there is no such file.
 */
export function resolveBelow(files: KernelFiles, root: string, path: string): string | null {
  if (root === "") return files.exists(path) ? path : null;
  const left = path.split("/").filter((part) => part !== "");
  const done: string[] = [];
  let links = 0;
  for (let part = left.shift(); part !== undefined; part = left.shift()) {
    if (part === ".") continue;
    if (part === "..") {
      done.pop();
      continue;
    }
    const target = files.readLink([root, ...done, part].join("/"));
    if (target === null) {
      done.push(part);
      continue;
    }
    if (++links > MOST_LINKS) return null;
    if (target.startsWith("/")) done.length = 0;
    left.unshift(...target.split("/").filter((word) => word !== ""));
  }
  const found = [root, ...done].join("/");
  return files.exists(found) ? found : null;
}
