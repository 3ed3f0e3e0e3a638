/**
 * The part of the seam that the doctor asks: questions that change nothing.
 *
 * @module
 */

/** A C library as it is installed. */
export interface LibraryFacts {
  readonly soname: string;
  readonly debianPackage: string;
  readonly fedoraPackage: string;
  /** Null when it is in none of the usual folders. */
  readonly path: string | null;
  /** Folders that were looked in. */
  readonly folders: readonly string[];
  /** As the library or its file's name tells it; null when neither does. */
  readonly version: string | null;
  /** Why it cannot be opened, null when it can. */
  readonly failure: string | null;
  /** Symbols that it lacks, with what does not work without them. */
  readonly missing: readonly { readonly symbol: string; readonly use: string }[];
}

/** What this thread may do. */
export interface ThreadRights {
  readonly effective: ReadonlySet<string>;
  readonly permitted: ReadonlySet<string>;
  readonly bounding: ReadonlySet<string>;
  readonly ambient: ReadonlySet<string>;
  readonly noNewPrivs: boolean;
  readonly seccompFilters: number;
}

/** The file system behind a path. */
export interface FileSystemFacts {
  readonly isReadOnly: boolean;
  /** Bytes that are left to this user. */
  readonly freeBytes: number;
}

/** Questions that change nothing and throw nothing. */
export interface Survey {
  /**
   * Loads `r0 = 0; exit` as a program of a type, and lets go of it.
   *
   * @param type `enum bpf_prog_type`.
   * @param attachType `enum bpf_attach_type`, 0 for none.
   * @returns 0, or the error number.
   */
  loadErrno(type: number, attachType: number): number;
  /** Asks which programs an interface has at an attach type; 0, or the error number. */
  queryErrno(ifindex: number, attachType: number): number;
  /** Version of Landlock, 0 for none. */
  landlockAbi(): number;
  /** Rights of this thread. */
  rights(): ThreadRights;
  /** The file system of a path, null when there is no such path. */
  fileSystem(path: string): FileSystemFacts | null;
  /** A library, opened when it is there. */
  library(name: "libbpf" | "libxdp"): LibraryFacts;
}
