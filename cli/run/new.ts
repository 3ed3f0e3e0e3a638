/**
 * `new`.
 *
 * @module
 */
import { PROJECT_KIND, PROJECT_NAME, PROJECT_PARENT } from "../commands/new.ts";
import type { CommandContext } from "../context.ts";
import { projectFiles } from "../new/project.ts";
import { writeProject } from "../new/write_project.ts";
import { printDocument } from "../output/document.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Makes the folder of a project. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const name = input.must(PROJECT_NAME);
  const kind = input.must(PROJECT_KIND);
  const files = projectFiles(kind, name);
  const parent = input.one(PROJECT_PARENT) ?? ".";
  const folder = parent === "." ? name : `${parent.replace(/\/+$/, "")}/${name}`;
  writeProject(folder, files);
  const paths = files.map(({ path }) => path);
  await printDocument(context, {
    data: () => ({ project: { kind, name, folder, files: paths } }),
    text: () =>
      `${paths.map((path) => `${folder}/${path}\n`).join("")}\nNext: cd ${folder} && make test\n`,
  });
}
