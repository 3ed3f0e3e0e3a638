/**
 * Sizes for people.
 *
 * @module
 */

const UNITS = ["kB", "MB", "GB"] as const;

/** A number of bytes, such as `512 B` and `1.5 kB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes / 1000;
  for (const unit of UNITS) {
    // 999.96 would be shown as 1000.0
    if (value < 999.95 || unit === "GB") return `${value.toFixed(1)} ${unit}`;
    value /= 1000;
  }
  return `${bytes} B`;
}
