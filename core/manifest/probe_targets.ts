/**
 * Links of programs on functions and tracepoints, in our words.
 *
 * @module
 */
import type { AttachTarget } from "../types.ts";
import type { ExpandContext, ExpandedLink } from "./expand.ts";
import type { KernelLink, ManifestPath, ManifestType, UserLink } from "./types.ts";

/** A tracepoint out of `GROUP/NAME`. */
function tracepoint(
  text: string,
  path: ManifestPath,
  { refuse }: ExpandContext,
): AttachTarget | undefined {
  const [group = "", name = "", ...rest] = text.split("/");
  if (group !== "" && name !== "" && rest.length === 0) return { kind: "tracepoint", group, name };
  refuse([...path, "name"], `must be GROUP/NAME: this is ${JSON.stringify(text)}`);
  return undefined;
}

function checkOffset(offset: number, path: ManifestPath, { refuse }: ExpandContext): void {
  if (offset < 0) refuse([...path, "offset"], `must be 0 or more: this is ${offset}`);
}

/** The place of a link of a program on the kernel. */
export function kernelTarget(
  { link, path, type }: {
    readonly link: KernelLink;
    readonly path: ManifestPath;
    readonly type: ManifestType;
  },
  context: ExpandContext,
): ExpandedLink[] {
  const { function: functionName = "", name = "", offset = 0 } = link;
  switch (type) {
    case "FEntry":
      return [{ path, target: { kind: "fentry" } }];
    case "FExit":
      return [{ path, target: { kind: "fexit" } }];
    case "TracePoint": {
      const target = tracepoint(name, path, context);
      return target === undefined ? [] : [{ path, target }];
    }
    default: {
      checkOffset(offset, path, context);
      const further = offset === 0 ? {} : { offset };
      return [{ path, target: { kind: "kprobe", functionName, ...further } }];
    }
  }
}

/** The place of a link of a program on functions of programs and libraries. */
export function userTarget(
  { link, path }: { readonly link: UserLink; readonly path: ManifestPath },
  context: ExpandContext,
): ExpandedLink[] {
  const { function: functionName, offset, target, pid } = link;
  checkOffset(offset, path, context);
  if (functionName === undefined && offset === 0) {
    context.refuse(path, "needs a function or an offset");
  }
  if (pid !== undefined && pid < 1) {
    context.refuse([...path, "pid"], `must be the id of a process: this is ${pid}`);
  }
  return [{
    path,
    target: {
      kind: "uprobe",
      target,
      ...(functionName === undefined ? {} : { functionName }),
      ...(offset === 0 ? {} : { offset }),
      ...(pid === undefined ? {} : { pid }),
    },
  }];
}
