/**
 * Types of families: one plugin serves many types, and each type that was consented to is loaded under
 * a name of its own (`stonith/fence_ipmilan`), with the fields of its own meta-data.
 *
 * A plugin of the name itself comes first, in whatever lock it stands.
 *
 * @module
 */
import { DiagnosticError, problem } from "../../../metadata/diagnostic.ts";
import type { Field } from "../../../metadata/field.ts";
import { matches } from "../../../metadata/regex.ts";
import { type Lock, type Locked, lockedAs } from "./lock.ts";

/**
 * The family in a lock that serves a type, narrowed to that type: its manifest asks for nothing but
 * the type's own grant, and its field takes no other type.
 *
 * @param id kind and type: `stonith/external/ipmi`
 * @throws {DiagnosticError} if the entry is malformed
 */
export function familyFor(id: string, lock: Lock, file: URL): Locked | undefined {
  const [kind = "", type = ""] = [id.slice(0, id.indexOf("/")), id.slice(id.indexOf("/") + 1)];
  for (const name of Object.keys(lock.plugins)) {
    if (!name.startsWith(`${kind}/`)) continue;
    const entry: unknown = lock.plugins[name];
    // Most plugins are no families: their entries are not looked at.
    if (typeof entry !== "object" || entry === null || !Object.hasOwn(entry, "types")) continue;
    const locked = lockedAs(name, lock, file);
    const found = locked?.types !== undefined && Object.hasOwn(locked.types, type)
      ? locked.types[type]
      : undefined;
    if (locked !== undefined && found !== undefined) {
      return narrowed(name, locked, type, found.config);
    }
  }
  return undefined;
}

/** All types of families in a lock, as they are loaded. */
export function typesIn(lock: Lock): readonly string[] {
  return Object.entries(lock.plugins).flatMap(([name, entry]) => {
    const types: unknown = Object(entry).types;
    return Object.keys(Object(types)).map((type) => `${name.slice(0, name.indexOf("/"))}/${type}`);
  });
}

/** Whether a family in a lock could serve a type, if the operator approved that. */
export function couldServe(id: string, { plugins }: Lock): boolean {
  const [kind = "", type = ""] = [id.slice(0, id.indexOf("/")), id.slice(id.indexOf("/") + 1)];
  return Object.entries(plugins).some(([name, entry]) => {
    if (!name.startsWith(`${kind}/`)) return false;
    const types: unknown = Object(Object(Object(entry).manifest).family).types;
    return typeof types === "string" && matches(types, type);
  });
}

function narrowed(
  name: string,
  locked: Locked,
  type: string,
  own: readonly Field[],
): Locked {
  const { manifest } = locked;
  const { family } = manifest;
  if (family === undefined || !matches(family.types, type)) {
    throw new DiagnosticError(`Cannot take "${type}" of "${name}"`, [problem(
      ["types", type],
      `"${name}" does not serve the type "${type}"`,
      family === undefined ? "its manifest names no family" : `its types match ${family.types}`,
      `remove the type from the lock, or run: ha plugin trust ${name}`,
      "HA2017",
    )]);
  }
  const config = manifest.config.map((field): Field =>
    field.fieldname === family.field
      ? { fieldname: field.fieldname, basictype: "enum", choices: [type], default: type }
      : field
  );
  const names = new Set(config.map(({ fieldname }) => fieldname));
  const added = own.filter(({ fieldname }) => !names.has(fieldname));
  return { ...locked, manifest: { ...manifest, config: [...config, ...added] } };
}
