/**
 * The freplace engine: a dispatcher calls slots, and each member is an extension program that takes
 * the place of one. Every member keeps a kernel program and a link of its own.
 *
 * @module
 */
import { BpfmanError } from "../../errors.ts";
import type { LinkId } from "../../types.ts";
import type { BuiltChain, ChainContext, ChainEngine, ChainSpec, Revision } from "../engine.ts";
import { MAIN_PIN, memberPin } from "../folder.ts";
import { describeHook } from "../model.ts";
import { loadDispatcher, slotFunctions } from "./dispatcher.ts";
import { EXTENSION_NEEDS, loadExtension, runningExtensions, withAdvice } from "./extension.ts";
import { tooMany, unfit } from "./limits.ts";
import { type MemberObject, readMember } from "./member.ts";

/** A chain under construction. */
interface Building {
  readonly context: ChainContext;
  readonly spec: ChainSpec;
  readonly revision: Revision;
  readonly dispatcherFd: number;
}

function limits(context: ChainContext, spec: ChainSpec): string[] {
  const { hook, members } = spec;
  const running = runningExtensions(context, spec);
  const fresh = members.filter(({ programId }) => !running.has(programId));
  const found = fresh.flatMap((member) => {
    try {
      const { record, bytes } = readMember(context, member);
      return unfit({ name: record.name, bytes }, hook.kind);
    } catch (error) {
      if (error instanceof BpfmanError) return [error.message];
      throw error;
    }
  });
  return [...tooMany(members.length), ...new Set(found)];
}

/** Descriptor of a member's extension: the one that runs already, or a new one. */
function takeExtension(
  { context, dispatcherFd }: Building,
  object: MemberObject,
  slot: {
    readonly at: number;
    readonly running: number | undefined;
    readonly owner: DisposableStack;
  },
): number {
  const { machine } = context;
  const there = slot.running === undefined ? null : machine.kernel.bpf.openProgram(slot.running);
  if (there !== null) return slot.owner.use(there).raw;
  return slot.owner.use(loadExtension(machine, object, { dispatcherFd, at: slot.at })).programFd;
}

/** Links every member to its slot, and pins the links. */
function linkMembers(building: Building, objects: readonly MemberObject[]): Map<LinkId, number> {
  const { context, spec, revision, dispatcherFd } = building;
  const { kernel } = context.machine;
  const running = runningExtensions(context, spec);
  const functions = slotFunctions(kernel, dispatcherFd, objects.length);
  const links = new Map<LinkId, number>();
  for (const [at, object] of objects.entries()) {
    const { programId, linkId } = object.member;
    const action = `Cannot make program ${programId} "${object.record.name}" an extension`;
    withAdvice(context.machine, { action }, () => {
      using owner = new DisposableStack();
      const programFd = takeExtension(building, object, {
        at,
        running: running.get(programId),
        owner,
      });
      const link = owner.use(kernel.bpf.createLink({
        programFd,
        target: dispatcherFd,
        attachType: 0,
        targetBtfId: functions[at] ?? 0,
      }));
      kernel.bpf.pin(link.raw, `${revision.folder}/${memberPin(at)}`);
      const info = kernel.bpf.linkInfoByFd(link.raw);
      links.set(linkId, info.id);
      // a program that is in the chain twice needs no second extension
      running.set(programId, info.programId);
    });
  }
  return links;
}

function build(context: ChainContext, spec: ChainSpec, revision: Revision): BuiltChain {
  const { machine } = context;
  using steps = new DisposableStack();
  const objects = spec.members.map((member) => readMember(context, member));
  const hasFrags = objects.every((object) => object.hasFrags);
  const action = `Cannot load a dispatcher for "${describeHook(spec.hook)}"`;
  const dispatcher = steps.use(
    withAdvice(machine, { action }, () => loadDispatcher(machine.kernel, spec, hasFrags)),
  );
  const dispatcherFd = dispatcher.programFd;
  const memberLinks = linkMembers({ context, spec, revision, dispatcherFd }, objects);
  machine.kernel.bpf.pin(dispatcherFd, `${revision.folder}/${MAIN_PIN}`);
  const owned = steps.move();
  return { mainFd: dispatcherFd, memberLinks, [Symbol.dispose]: () => owned.dispose() };
}

/** The engine. */
export const freplaceEngine: ChainEngine = {
  name: "freplace",
  needs: EXTENSION_NEEDS,
  limits,
  build,
};
