/**
 * The CIB that a new cluster begins with.
 *
 * @module
 */
import { DiagnosticError } from "../../metadata/diagnostic.ts";
import type { XmlElement } from "@std/xml";
import { applyChanges, readCib } from "./change.ts";
import { uncomputable } from "./computable.ts";

const emptyCib =
  `<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" admin_epoch="0" epoch="0" num_updates="0">` +
  `<configuration><crm_config/><nodes/><resources/><constraints/></configuration><status/></cib>`;

/**
 * What a person wrote as the first CIB, or an empty one.
 *
 * @throws {DiagnosticError} if it is no CIB: to begin with another would not be what was asked for.
 */
export function initialRoot(text: string | undefined): XmlElement {
  const empty = readCib(emptyCib);
  if (text === undefined) return empty;
  // A file that a person wrote need not have a status section.
  const xml = /<status[\s/>]/.test(text) ? text : text.replace(/<\/cib>\s*$/, "<status/></cib>");
  const applied = applyChanges(empty, [{ op: "replace", path: "/cib", xml }]);
  const what = applied.ok ? uncomputable(empty, applied.root) : applied.error;
  if (applied.ok && what === undefined) return applied.root;
  throw new DiagnosticError("Cannot begin with this CIB", [{
    severity: "error",
    path: ["cib"],
    what: what ?? "unknown",
    why: "a new cluster would run without what was configured",
    fix: 'correct the file that "cib" of the node configuration names',
    code: "HA0009",
  }]);
}
