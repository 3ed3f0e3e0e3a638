/**
 * What came of an apply, as JSON.
 *
 * @module
 */
import type { AppliedApplication, ApplyReport } from "../../core/types.ts";
import type { AppliedApplicationJson, AppliedJson } from "../schema/application.ts";

function applicationJson(
  { name, generation, plan, isChanged, programs, links }: AppliedApplication,
): AppliedApplicationJson {
  return {
    name,
    generation: generation.number,
    is_changed: isChanged,
    is_deleted: generation.isDeleted,
    owner: generation.owner,
    object_digest: generation.object.objectDigest,
    programs: programs.map((program) => ({
      name: program.name,
      program_id: program.programId,
      type: program.type,
      step:
        plan.programs.find((step) => step.name === program.name && step.kind !== "unload")?.kind ??
          "keep",
    })),
    links: links.map(({ id, programId }) => ({ link_id: id, program_id: programId })),
  };
}

/** What came of an apply. */
export function applyJson({ applications }: ApplyReport): AppliedJson {
  return { applications: applications.map(applicationJson) };
}
