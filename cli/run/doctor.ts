/**
 * `doctor`.
 *
 * @module
 */
import type { MachineFacts } from "../../core/doctor/facts.ts";
import { statusFacts } from "../../core/doctor/gather/status.ts";
import { judgeHost } from "../../core/doctor/judge.ts";
import { DOCTOR_FACTS } from "../commands/doctor.ts";
import { KERNEL_NAME } from "../commands/kernel.ts";
import type { CommandContext } from "../context.ts";
import { dataDirectory } from "../data_directory.ts";
import { runtimeFacts, settingsFacts } from "../doctor_settings.ts";
import { EXIT_DONE, EXIT_PROBLEM } from "../exit_codes.ts";
import { printDocument } from "../output/document.ts";
import { doctorJson } from "../output/doctor_json.ts";
import { doctorText } from "../output/doctor_text.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Named by a value: few want the file (see importUnseen in cli/main.ts). */
async function writeFacts(
  context: CommandContext,
  machine: MachineFacts,
  file: { readonly path: string; readonly name: string | undefined },
): Promise<void> {
  const path = "../doctor_facts_file.ts";
  const { writeFactsFile }: typeof import("../doctor_facts_file.ts") = await import(path);
  await writeFactsFile(await context.kernel(), machine, file);
}

/** Looks at the host. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { runtimeDirectory, config, isVerbose } = context.settings;
  const machine = await context.gatherFacts({
    runtimeDirectory,
    dataDirectory: dataDirectory(context, input),
  });
  const path = input.one(DOCTOR_FACTS);
  if (path !== undefined) {
    await writeFacts(context, machine, { path, name: input.one(KERNEL_NAME) });
  }
  const facts = {
    ...machine,
    ...await settingsFacts(config),
    status: await statusFacts(() => context.manager()),
    runtime: runtimeFacts(),
  };
  const report = judgeHost(facts, new Date());
  await printDocument(context, {
    data: () => doctorJson(report),
    text: ({ style, width }) => doctorText(report, { style, isVerbose, width }),
  });
  return report.isFine ? EXIT_DONE : EXIT_PROBLEM;
}
