/**
 * What an apply will do, as JSON.
 *
 * @module
 */
import type {
  ApplicationEffect,
  ApplyEffects,
  ChainEffect,
  ChainPlace,
  LinkEffect,
  MapEffect,
  ProgramEffect,
} from "../../core/declared/effect_types.ts";
import { sourceName } from "../../core/policy/scope.ts";
import type {
  ApplicationEffectJson,
  ChainEffectJson,
  ChainPlaceJson,
  LinkEffectJson,
  MapEffectJson,
  PlanJson,
  ProgramEffectJson,
  VerdictJson,
} from "../schema/application.ts";

function mapJson({ name, fate, reason }: MapEffect): MapEffectJson {
  return { name, fate, reason };
}

function programJson(
  { step, name, type, programId, from, to, maps }: ProgramEffect,
): ProgramEffectJson {
  return {
    step,
    name,
    type,
    program_id: programId,
    from_digest: from,
    to_digest: to,
    maps: maps.map(mapJson),
  };
}

function linkJson(
  { step, program, kind, place, netns, linkId, changes }: LinkEffect,
): LinkEffectJson {
  return { step, program, kind, place, netns, link_id: linkId, changes };
}

function verdictJson({ verdict }: ApplicationEffect): VerdictJson | null {
  if (verdict === null) return null;
  const { decision, source, objectDigest, signer } = verdict;
  const { allowed, reason, scope, rule, where } = decision;
  return {
    allowed,
    reason: allowed ? null : reason,
    scope,
    rule,
    where,
    source: { name: sourceName(source), digest: source.digest },
    object_digest: objectDigest,
    signer,
    warnings: "warnings" in verdict ? verdict.warnings : [],
  };
}

function applicationJson(effect: ApplicationEffect): ApplicationEffectJson {
  return {
    name: effect.name,
    generation: effect.generation,
    last_generation: effect.last,
    unchanged: effect.isUnchanged,
    deleted: effect.isDeleted,
    owner: effect.owner,
    verdict: verdictJson(effect),
    programs: effect.programs.map(programJson),
    links: effect.links.map(linkJson),
    cut_by_hand: effect.cutByHand,
  };
}

function placeJson(place: ChainPlace): ChainPlaceJson {
  return {
    mark: place.mark,
    application: place.application,
    program: place.program,
    program_id: place.programId,
    link_id: place.linkId,
    priority: place.priority,
    proceed_on: place.proceedOn,
    new_version: place.isNewVersion,
  };
}

function chainJson(chain: ChainEffect): ChainEffectJson {
  return {
    kind: chain.kind,
    interface: chain.interface,
    side: chain.side,
    netns: chain.netns,
    engine: chain.engine,
    before: chain.before.map(placeJson),
    after: chain.after.map(placeJson),
  };
}

/**
 * What an apply will do, as plain data with the field names of the command line.
 *
 * @param effects What it will do.
 */
export function planJson(effects: ApplyEffects): PlanJson {
  return {
    unchanged: effects.applications.every(({ isUnchanged }) => isUnchanged),
    applications: effects.applications.map(applicationJson),
    chains: effects.chains.map(chainJson),
    capabilities: effects.capabilities,
  };
}
