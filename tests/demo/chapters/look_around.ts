/**
 * What there is: programs and links as tables, one of each in full, one as JSON.
 *
 * @module
 */
import type { Chapter } from "../chapter.ts";

/** The chapter. */
export const lookAround: Chapter = {
  title: "Look at what is there",
  async run({ shell, application, programs, links }) {
    await shell.bpfman(["list", "programs", "--application", application]);
    await shell.bpfman(["list", "links", "--application", application]);
    const [program] = programs;
    const [link] = links;
    if (program !== undefined) await shell.bpfman(["get", "program", String(program.id)]);
    if (link === undefined) return;
    await shell.bpfman(["get", "link", String(link.id)]);
    await shell.bpfman(["get", "link", String(link.id), "-o", "json"]);
  },
};
