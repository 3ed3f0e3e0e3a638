/**
 * Names in generated TypeScript.
 *
 * @module
 */

const RESERVED: ReadonlySet<string> = new Set(
  `Array ArrayBuffer BigInt Boolean DataView Error Function Map Number Object Promise RangeError
Readonly Record Set String Symbol TextDecoder TextEncoder Uint8Array`.split(/\s+/),
);

/** `xdp_stat` as `XdpStat`: letters and digits of any C name, Rust paths included. */
export function pascalCase(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  const safe = /^[A-Za-z]/.test(joined) ? joined : `T${joined}`;
  return RESERVED.has(safe) ? `${safe}Value` : safe;
}

/** A property name as source: quoted where it must be. */
export function property(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== "__proto__" ? name : JSON.stringify(name);
}

/** Access to a property as source. */
export function access(object: string, name: string): string {
  const shown = property(name);
  return shown.startsWith('"') ? `${object}[${shown}]` : `${object}.${shown}`;
}

/** Text for a comment: names of a hostile object must not end it. */
export function commentText(text: string): string {
  // deno-lint-ignore no-control-regex -- line breaks and other controls are what must go
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").replaceAll("*/", "* /");
}

/** Gives out names that are not taken. */
export class Names {
  readonly #taken = new Set<string>();

  take(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.#taken.has(name); n++) name = `${wanted}${n}`;
    this.#taken.add(name);
    return name;
  }
}
