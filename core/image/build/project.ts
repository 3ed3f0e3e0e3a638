/**
 * Objects that bpf2go made: their names tell what they are for.
 *
 * @module
 */
import type { BuildArguments, BuildInput } from "../api.ts";
import { byteOrder, platformText } from "../content/platform.ts";
import { imageError } from "../errors.ts";
import type { Platform } from "../types.ts";
import { type CheckedInput, checkInputs } from "./inputs.ts";

/** Platforms in the order in which they are listed, each with bpf2go's words for it. */
const PLATFORMS: readonly { readonly architecture: string; readonly words: readonly string[] }[] = [
  { architecture: "386", words: ["386"] },
  { architecture: "amd64", words: ["x86"] },
  { architecture: "arm", words: ["arm"] },
  { architecture: "arm64", words: ["arm64"] },
  { architecture: "loong64", words: ["loongarch", "loong64"] },
  { architecture: "mips", words: ["mips"] },
  { architecture: "mips64", words: ["mips64"] },
  { architecture: "mips64le", words: ["mips64le"] },
  { architecture: "mipsle", words: ["mipsle"] },
  { architecture: "ppc64", words: ["powerpc", "ppc64"] },
  { architecture: "ppc64le", words: ["powerpc", "ppc64le"] },
  { architecture: "riscv64", words: ["riscv", "riscv64"] },
  { architecture: "s390x", words: ["s390", "s390x"] },
];

function platformOf(architecture: string): Platform {
  return { os: "linux", architecture };
}

/** One file of a project. */
interface ProjectFile {
  readonly path: string;
  /** Word of the processor, undefined for any of its byte order. */
  readonly word: string | undefined;
  readonly order: "little" | "big";
}

function readName(directory: string, name: string): ProjectFile {
  const found = /^(?:.*_)?bpfe([lb])\.o$/.exec(name);
  const path = `${directory}/${name}`;
  if (found === null) throw unrecognised(path);
  const order = found[1] === "b" ? "big" : "little";
  const words = PLATFORMS.flatMap((platform) => platform.words);
  const [, word] = /_([a-z0-9]+)_bpfe[lb]\.o$/.exec(name) ?? [];
  const isKnown = word !== undefined && words.includes(word);
  return { path, word: isKnown ? word : undefined, order };
}

function unrecognised(path: string) {
  return imageError(
    "image-project",
    `Cannot use "${path}": unrecognised cilium/ebpf bytecode file`,
    {
      hint:
        "bpf2go names its objects NAME_ARCH_bpfel.o, NAME_ARCH_bpfeb.o, NAME_bpfel.o, NAME_bpfeb.o",
    },
  );
}

function objectNames(directory: string): string[] {
  try {
    return [...Deno.readDirSync(directory)]
      .filter(({ name, isDirectory }) => !isDirectory && name.endsWith(".o"))
      .map(({ name }) => name).sort();
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    const why = cause instanceof Deno.errors.NotFound ? "it does not exist" : "it is not readable";
    throw imageError("image-project", `Cannot read project "${directory}": ${why}`, { cause });
  }
}

/** The file for a platform: one made for it, else one for any of its byte order. */
function fileFor(
  files: readonly ProjectFile[],
  { architecture, words }: typeof PLATFORMS[number],
): ProjectFile | undefined {
  const order = byteOrder(platformOf(architecture));
  const fit = files.filter((file) => file.order === order);
  const own = fit.filter(({ word }) => word !== undefined && words.includes(word));
  const found = own.length > 0 ? own : fit.filter(({ word }) => word === undefined);
  const [file, second] = found;
  if (second !== undefined && file !== undefined) {
    throw imageError(
      "image-project",
      `Cannot choose an object for linux/${architecture}: "${file.path}" and "${second.path}" fit`,
      { hint: `Write linux/${architecture}=PATH` },
    );
  }
  return file;
}

/**
 * Finds the objects of a bpf2go project.
 *
 * @param directory Where bpf2go wrote them.
 * @throws {BpfmanError} `image-project` when a file's name is not one of bpf2go's.
 */
export function projectInputs(directory: string): BuildInput[] {
  const folder = directory.replace(/(.)\/+$/, "$1");
  const files = objectNames(folder).map((name) => readName(folder, name));
  if (files.length === 0) {
    throw imageError("image-project", `Cannot use project "${directory}": it has no objects`, {
      hint: "Run go generate first",
    });
  }
  return PLATFORMS.flatMap((platform) => {
    const file = fileFor(files, platform);
    if (file === undefined) return [];
    const { path } = file;
    return [{ platform: platformOf(platform.architecture), path, bytes: Deno.readFileSync(path) }];
  });
}

/** Name of the build argument for a platform, such as `BC_AMD64_EL`. */
function argumentName({ platform, isPlatformNamed }: CheckedInput): string {
  if (!isPlatformNamed) return "BYTECODE_FILE";
  const order = byteOrder(platform) === "big" ? "EB" : "EL";
  return `BC_${platform.architecture.toUpperCase()}_${order}`;
}

/** What a container engine is to be told to make an image of some objects. */
export function buildArguments(inputs: readonly BuildInput[]): BuildArguments {
  const checked = checkInputs(inputs);
  const named = checked.filter(({ isPlatformNamed }) => isPlatformNamed);
  return {
    platforms: named.map(({ platform }) => platformText(platform)),
    buildArgs: Object.fromEntries(checked.map((input) => [argumentName(input), input.path])),
    statement: checked[0]?.statement ?? { programs: {}, maps: {} },
  };
}
