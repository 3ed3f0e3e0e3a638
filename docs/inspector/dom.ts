/**
 * The few parts of a browser's page that the inspector uses. The project is checked with Deno's
 * types, which have no page.
 *
 * @module
 */

/** An element. */
export interface PageElement {
  className: string;
  textContent: string | null;
  readonly classList: { toggle(name: string, isOn: boolean): void };
  append(...children: readonly (PageElement | string)[]): void;
  replaceChildren(...children: readonly (PageElement | string)[]): void;
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
}

/** Files that a user dropped or chose. */
export interface PageEvent {
  readonly dataTransfer?: { readonly files: Iterable<File> };
  readonly target: { readonly files?: Iterable<File> } | null;
  preventDefault(): void;
}

interface Page {
  createElement(tag: string): PageElement;
  getElementById(id: string): PageElement | null;
}

function page(): Page {
  return (globalThis as unknown as { readonly document: Page }).document;
}

/** An element of the page that must be there. */
export function mustElement(id: string): PageElement {
  const found = page().getElementById(id);
  if (found === null) throw new Error(`Cannot find "${id}": the page has no such element`);
  return found;
}

/** Makes an element; text stays text, whatever an object's names say. */
export function element(
  tag: string,
  children: readonly (PageElement | string)[],
  className = "",
): PageElement {
  const made = page().createElement(tag);
  made.append(...children);
  if (className !== "") made.className = className;
  return made;
}

/** A table under a title; nothing when there are no rows. */
export function table(
  title: string,
  headers: readonly string[],
  rows: readonly (readonly (PageElement | string)[])[],
): PageElement[] {
  if (rows.length === 0) return [];
  const head = element("tr", headers.map((text) => element("th", [text])));
  const body = rows.map((cells) => element("tr", cells.map((cell) => element("td", [cell]))));
  return [element("h3", [title]), element("table", [head, ...body])];
}
