/**
 * Notes what a command does while it does it: its manager and what was prepared for it are watched,
 * so that no command has to tell.
 *
 * @module
 */
import type { PreparedApplication, PreparedLoad } from "../core/admission/types.ts";
import type { Manager } from "../core/api.ts";
import type { Attempt } from "../core/audit/attempt.ts";
import type { LinkView, ObjectPlace, ProgramView } from "../core/types.ts";
import type { CommandContext } from "./context.ts";

/** What is noted before and after a call. */
interface Watch {
  /** @default nothing is noted */
  readonly before?: (args: readonly unknown[]) => void;
  /** @default nothing is noted */
  readonly after?: (result: unknown) => unknown;
}

/** The same object, with some of its functions watched. */
function watched<T extends object>(target: T, watches: ReadonlyMap<string, Watch>): T {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name, object);
      if (typeof value !== "function") return value;
      const watch = typeof name === "string" ? watches.get(name) : undefined;
      return (...args: unknown[]) => {
        watch?.before?.(args);
        const result: unknown = Reflect.apply(value, object, args);
        if (watch?.after === undefined) return result;
        return Promise.resolve(result).then(watch.after);
      };
    },
  });
}

/** The object of a load or replacement as far as the request tells. */
function noteObject(attempt: Attempt, place: ObjectPlace): void {
  if (place.image === undefined) attempt.from({ kind: "file", path: place.path });
  else attempt.from({ kind: "image", ...place.image });
}

function noteProgram(attempt: Attempt, { record }: ProgramView): void {
  attempt.from(record.source);
  attempt.object(record.objectDigest);
  attempt.programs(record.programId);
}

function noteLink(attempt: Attempt, { record }: LinkView): void {
  attempt.links(record.id);
  attempt.programs(record.programId);
}

/** Arguments and results of the manager's functions that change something. */
type Calls = {
  readonly [K in keyof Manager]?: {
    readonly before?: (...args: Parameters<Manager[K]>) => void;
    readonly after?: (result: Awaited<ReturnType<Manager[K]>>) => void;
  };
};

function managerCalls(attempt: Attempt): Calls {
  return {
    load: {
      before: (request) => noteObject(attempt, request),
      after: (views) => views.forEach((view) => noteProgram(attempt, view)),
    },
    run: {
      before: ({ load }) => noteObject(attempt, load),
      after: ({ program, link }) => {
        noteProgram(attempt, program);
        noteLink(attempt, link);
      },
    },
    replaceProgram: {
      before: (request) => {
        noteObject(attempt, request);
        attempt.programs(request.programId);
      },
      after: (view) => noteProgram(attempt, view),
    },
    apply: {
      after: ({ applications }) => {
        for (const { plan, programs, links } of applications) {
          const gone = plan.programs.flatMap((step) => "from" in step ? [step.from] : []);
          attempt.programs(...gone, ...programs.map(({ programId }) => programId));
          attempt.links(...links.map(({ id }) => id));
          attempt.links(...plan.links.flatMap((step) => "linkId" in step ? [step.linkId] : []));
        }
      },
    },
    attach: {
      before: ({ programId }) => attempt.programs(programId),
      after: (view) => noteLink(attempt, view),
    },
    updateLink: { before: (id) => attempt.links(id), after: (view) => noteLink(attempt, view) },
    detach: { before: (id) => attempt.links(id) },
    unload: { before: (id) => attempt.programs(id) },
    deletePrograms: {
      before: (ids) => ids === "all" ? undefined : attempt.programs(...ids),
      after: (ids) => attempt.programs(...ids),
    },
    deleteLinks: {
      before: (ids) => attempt.links(...ids),
      after: (ids) => attempt.programs(...ids),
    },
    repair: {
      after: ({ recoveredPrograms, recoveredLinks }) => {
        attempt.programs(...recoveredPrograms);
        attempt.links(...recoveredLinks);
      },
    },
  };
}

/** A manager whose changes are noted. */
function observeManager(manager: Manager, attempt: Attempt): Manager {
  const watches = Object.entries(managerCalls(attempt)).map(([name, call]): [string, Watch] => {
    // each is called with arguments and result of its own function
    const { before, after } = call as {
      before?: (...args: readonly unknown[]) => void;
      after?: (result: unknown) => void;
    };
    return [name, {
      before: (args) => before?.(...args),
      after: (result) => {
        after?.(result);
        return result;
      },
    }];
  });
  return watched(manager, new Map(watches));
}

/** A command's world in which changes are noted. */
export function observeContext<C extends CommandContext>(context: C, attempt: Attempt): C {
  return watched(
    context,
    new Map<string, Watch>([
      ["manager", { after: (manager) => observeManager(manager as Manager, attempt) }],
      ["preparedAll", {
        after: (prepared) => {
          const [only, ...others] = prepared as readonly PreparedApplication[];
          // an entry has one object: of several only their generations tell
          if (only !== undefined && others.length === 0) attempt.judged(only.admission);
          return prepared;
        },
      }],
      ["prepared", {
        after: (prepared) => {
          attempt.judged((prepared as PreparedLoad).admission);
          return prepared;
        },
      }],
    ]),
  );
}
