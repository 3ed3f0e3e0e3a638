/**
 * The page that looks into BPF objects: files come in by drop or choice, a report goes out. There
 * is no server, and the page makes no request.
 *
 * @module
 */
import { kernelBtf } from "../../bytecode-tools/kernel/image.ts";
import { type KernelProfile, makeProfile } from "../../bytecode-tools/kernel/profile.ts";
import { element, mustElement, type PageElement, type PageEvent } from "./dom.ts";
import { objectReport } from "./report.ts";

interface Input {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** BTF by itself is a kernel's; objects are ELF files. */
function isBtf({ bytes: [first, second] }: Input): boolean {
  return first === 0x9f && second === 0xeb || first === 0xeb && second === 0x9f;
}

function failure(name: string, error: unknown): PageElement {
  const message = error instanceof Error ? error.message : String(error);
  return element("section", [element("h2", [name]), element("p", [message], "error")]);
}

function attempt(input: Input, kernels: readonly KernelProfile[]): PageElement {
  try {
    return objectReport(input.name, input.bytes, kernels);
  } catch (error) {
    return failure(input.name, error);
  }
}

async function show(files: Iterable<File> | undefined): Promise<void> {
  const inputs = await Promise.all(
    [...files ?? []].map(async (file) => ({ name: file.name, bytes: await file.bytes() })),
  );
  if (inputs.length === 0) return;
  const kernels = inputs.filter(isBtf)
    .map(({ name, bytes }) => makeProfile({ name, btf: kernelBtf(bytes) }));
  const objects = inputs.filter((input) => !isBtf(input));
  mustElement("report").replaceChildren(...objects.map((object) => attempt(object, kernels)));
}

function showSafely(files: Iterable<File> | undefined): void {
  show(files).catch((error) => {
    mustElement("report").replaceChildren(failure("These files", error));
  });
}

const zone = mustElement("zone");

function mark(event: PageEvent, isOver: boolean): void {
  event.preventDefault();
  zone.classList.toggle("over", isOver);
}

zone.addEventListener("dragover", (event) => mark(event, true));
zone.addEventListener("dragleave", (event) => mark(event, false));
zone.addEventListener("drop", (event) => {
  mark(event, false);
  showSafely(event.dataTransfer?.files);
});
mustElement("files").addEventListener("change", ({ target }) => showSafely(target?.files));
