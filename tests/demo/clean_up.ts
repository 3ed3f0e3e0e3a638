/**
 * Taking away what the chapters have left, after success and after failure. Every step is tried,
 * whatever became of the ones before.
 *
 * @module
 */
import { isTaken } from "../../core/files/if_there.ts";
import { removeNetwork } from "./network.ts";
import type { Stage } from "./stage.ts";

function isMounted(path: string): boolean {
  return Deno.readTextFileSync("/proc/self/mounts").split("\n")
    .some((line) => line.split(" ")[1] === path);
}

/** Unloads what is still loaded; nothing after the last chapter, something after a failure. */
async function unloadRest({ shell, application, runtimeDirectory }: Stage): Promise<void> {
  if (!isTaken(runtimeDirectory)) return;
  const ids = await shell.bpfman(["list", "programs", "--application", application, "-q"]);
  const words = ids.split("\n").filter((word) => word !== "");
  if (words.length > 0) await shell.bpfman(["unload", ...words]);
}

async function removeFolder({ shell, runtimeDirectory }: Stage): Promise<void> {
  // Pins go with their mount, so this also works when "unload" did not.
  const mount = `${runtimeDirectory}/fs`;
  if (isMounted(mount)) await shell.run(["umount", mount]);
  if (!isMounted(mount) && isTaken(runtimeDirectory)) {
    await shell.run(["rm", "-r", runtimeDirectory]);
  }
}

async function removeImages({ shell, imageFolder }: Stage): Promise<void> {
  if (isTaken(imageFolder)) await shell.run(["rm", "-r", imageFolder]);
}

/**
 * Takes everything of the demo away.
 *
 * @param stage With a shell that no signal stops.
 * @param isOwnFolder False when the runtime directory was there before and must stay.
 * @returns What could not be done.
 */
export async function cleanUp(stage: Stage, isOwnFolder: boolean): Promise<string[]> {
  const steps = [
    () => unloadRest(stage),
    ...isOwnFolder ? [() => removeFolder(stage)] : [],
    () => removeImages(stage),
    () => removeNetwork(stage.shell, stage.network),
  ];
  const problems: string[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  return problems;
}
