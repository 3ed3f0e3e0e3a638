/**
 * CO-RE paths as C: `task_struct.mm.pgd` for `0:14:3`.
 *
 * @module
 */
import type { Btf } from "../btf/btf.ts";
import { CORE_KINDS, type CoreRecord } from "../btf/ext.ts";
import { BtfKind } from "../btf/kinds.ts";
import { typeName } from "../btf/c_types.ts";

function fieldPath(btf: Btf, type: number, steps: readonly number[]): string {
  let path = steps[0] === 0 ? "" : `[${steps[0]}]`;
  let at = btf.resolve(type);
  for (const index of steps.slice(1)) {
    if (btf.kind(at) === BtfKind.ARRAY) {
      path += `[${index}]`;
      at = btf.resolve(btf.array(at).element);
      continue;
    }
    const name = btf.string(btf.word(at, 3 + index * 3));
    // members of anonymous structs and unions are named without them
    if (name !== "") path += `.${name}`;
    at = btf.resolve(btf.word(at, 4 + index * 3));
  }
  return path;
}

/**
 * What a CO-RE relocation refers to, as C.
 *
 * @param btf The object's BTF.
 * @param record A checked record.
 */
export function coreAccessText(btf: Btf, record: CoreRecord): string {
  const { type, access, kind } = record;
  const name = typeName(btf, type);
  const steps = access.split(":").map(Number);
  const kindName = CORE_KINDS[kind] ?? "";
  if (kindName.startsWith("field")) return `${name}${fieldPath(btf, type, steps)}`;
  if (!kindName.startsWith("enumval")) return name;
  const constant = btf.enumerators(btf.resolve(type))[steps[0] ?? 0]?.name ?? "";
  return `${name}::${constant}`;
}
