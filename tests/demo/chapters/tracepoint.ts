/**
 * Tracepoint: counts a system call of every process.
 *
 * @module
 */
import type { Chapter } from "../chapter.ts";

/** Slot of `tracepoint_stats` for openat(). */
const SLOT_OPENAT = 0;
const FILES = 100;

/** The chapter. */
export const tracepoint: Chapter = {
  title: "Tracepoint: count the files that are opened",
  async run(stage) {
    const program = await stage.load({
      object: "tracepoint_counter",
      type: "tracepoint",
      name: "count_openat",
    });
    await stage.attach(program, ["tracepoint", "--tracepoint", "syscalls/sys_enter_openat"]);
    await stage.watch({
      program,
      counters: [{
        label: "calls of openat",
        map: "tracepoint_stats",
        key: SLOT_OPENAT,
        atLeast: FILES,
      }],
      traffic: async () => {
        const script = `for i in $(seq ${FILES}); do : < /etc/hostname; done`;
        await stage.shell.run(["sh", "-c", script]);
      },
    });
  },
};
