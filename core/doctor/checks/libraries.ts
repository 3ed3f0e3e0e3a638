/**
 * Checks of the C libraries.
 *
 * @module
 */
import { bad, checksOf, type Finding, fine, warn } from "../check.ts";
import type { DoctorFacts, LibraryFacts } from "../facts.ts";
import type { Check } from "../types.ts";

/** What is said of a library that cannot be used: all of bpfman, or a part of it, is lost. */
type Blame = typeof warn;

function installHint({ debianPackage, fedoraPackage }: LibraryFacts): string {
  return `apt-get install ${debianPackage}, or dnf install ${fedoraPackage}`;
}

/** Uses that are lost, each with its symbols. */
function lostUses({ missing }: LibraryFacts): string {
  const uses = Map.groupBy(missing, ({ use }) => use);
  return [...uses].map(([use, symbols]) =>
    `${use} (${symbols.map(({ symbol }) => symbol).join(", ")})`
  ).join("; ");
}

function judge(library: LibraryFacts, use: string, blame: Blame): Finding {
  const { path, folders, failure, version, missing, soname } = library;
  if (path === null) {
    return blame(
      `not in ${folders.join(", ")}`,
      `${soname}, for ${use}`,
      installHint(library),
    );
  }
  if (failure !== null) {
    const hint = failure.includes("--allow-ffi")
      ? "Run with -A, or with the permission set of the command"
      : installHint(library);
    return blame(`${path}: ${failure}`, `${soname} that can be opened, for ${use}`, hint);
  }
  const found = `${version ?? "unknown version"} at ${path}`;
  if (missing.length === 0) return fine(found);
  return blame(`${found}, without ${lostUses(library)}`, `a newer ${soname}`, installHint(library));
}

function dispatcher(path: string | null, library: LibraryFacts): Finding {
  if (path !== null) return fine(path);
  return warn(
    "not found beside libxdp",
    "xdp-dispatcher.o, for the engine libxdp",
    library.path === null ? installHint(library) : "Set LIBXDP_OBJECT_PATH to its folder",
  );
}

/** Checks of the libraries. */
export function libraryChecks({ libbpf, libxdp, libxdpDispatcher }: DoctorFacts): Check[] {
  const check = checksOf("libraries");
  return [
    check("libbpf", "libbpf", judge(libbpf, "everything that is loaded", bad)),
    check("libxdp", "libxdp", judge(libxdp, "the engine libxdp", warn)),
    check("dispatcher", "Dispatcher of libxdp", dispatcher(libxdpDispatcher, libxdp)),
  ];
}
