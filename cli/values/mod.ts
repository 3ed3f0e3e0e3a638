/**
 * Readers of typed words by the name of their type.
 *
 * @module
 */
import { type BpfmanError, usageError } from "../../core/errors.ts";
import type { ValueTypeName, ValueTypes } from "../command.ts";
import { readAuditResult, readChainPoint, readInstant } from "./audit.ts";
import { readDuration } from "./duration.ts";
import {
  readImageFormat,
  readImageInput,
  readKernelBtf,
  readPlatform,
  readPullPolicy,
  readRegistryAuth,
} from "./image.ts";
import { readFrequency, readId, readOffset, readPid, readPriority } from "./number.ts";
import { readGlobal, readMetadata, readTracepoint } from "./pair.ts";
import { ValueProblem } from "./problem.ts";
import { readProgramSpec } from "./program_spec.ts";
import { readProjectKind, readProjectName } from "./project.ts";
import { readSelector } from "./selector.ts";
import { readAbsolutePath, readText } from "./text.ts";
import {
  readBtfFormat,
  readColorChoice,
  readDirection,
  readEngine,
  readHookWord,
  readLanguage,
  readLinkKind,
  readListFormat,
  readManifestFormat,
  readNetkitEnd,
  readOutputFormat,
  readProceedOn,
  readProgramType,
  readReportFormat,
  readShell,
  readTableFormat,
  readTlog,
  readXdpMode,
} from "./word.ts";

/** One reader for each type; it throws ValueProblem. */
const READERS: { readonly [K in ValueTypeName]: (input: string) => ValueTypes[K] } = {
  absolutePath: readAbsolutePath,
  auditResult: readAuditResult,
  btfFormat: readBtfFormat,
  chainPoint: readChainPoint,
  colorChoice: readColorChoice,
  direction: readDirection,
  duration: readDuration,
  engine: readEngine,
  frequency: readFrequency,
  global: readGlobal,
  hookWord: readHookWord,
  id: readId,
  imageFormat: readImageFormat,
  imageInput: readImageInput,
  instant: readInstant,
  kernelBtf: readKernelBtf,
  language: readLanguage,
  linkKind: readLinkKind,
  listFormat: readListFormat,
  manifestFormat: readManifestFormat,
  metadata: readMetadata,
  netkitEnd: readNetkitEnd,
  offset: readOffset,
  outputFormat: readOutputFormat,
  pid: readPid,
  platform: readPlatform,
  priority: readPriority,
  proceedOn: readProceedOn,
  projectKind: readProjectKind,
  projectName: readProjectName,
  programSpec: readProgramSpec,
  programType: readProgramType,
  pullPolicy: readPullPolicy,
  registryAuth: readRegistryAuth,
  reportFormat: readReportFormat,
  tableFormat: readTableFormat,
  selector: readSelector,
  shell: readShell,
  switch: (input) => input === "true",
  text: readText,
  tlog: readTlog,
  tracepoint: readTracepoint,
  xdpMode: readXdpMode,
};

/** Types whose values are not for messages. */
const SECRETS: readonly ValueTypeName[] = ["registryAuth"];

function cannotRead(what: string, problem: ValueProblem): BpfmanError {
  return usageError(`Cannot read ${what}: ${problem.message}`, problem.hint);
}

/**
 * Reads one word as a value.
 *
 * @param label What messages call the argument, such as `--priority`.
 */
export function readValue<K extends ValueTypeName>(
  type: K,
  label: string,
  input: string,
): ValueTypes[K] {
  try {
    return READERS[type](input);
  } catch (error) {
    if (!(error instanceof ValueProblem)) throw error;
    throw cannotRead(SECRETS.includes(type) ? label : `${label} "${input}"`, error);
  }
}
