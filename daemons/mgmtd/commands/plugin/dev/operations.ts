/**
 * Operations of resources in words, as their results come into the CIB or stand in the local resource
 * manager.
 *
 * @module
 */
import { parse, type XmlElement } from "@std/xml";
import type { CibChange, LrmResult } from "../../../../runtime/messages.ts";

const codes: Readonly<Record<number, string>> = {
  0: "ok",
  1: "error",
  2: "arguments",
  3: "unimplemented",
  4: "permission",
  5: "not installed",
  6: "not configured",
  7: "not running",
  8: "promoted",
  9: "failed promoted",
};

/** What came of an operation, from wherever it is known. */
interface Ended {
  readonly action: string;
  readonly intervalMs: number;
  readonly rc: number;
  readonly execMs: number;
  readonly said: string;
}

function words({ action, intervalMs, rc, execMs, said }: Ended): string {
  const every = intervalMs === 0 ? "" : `, every ${intervalMs / 1000} s`;
  const reason = said.trim() === "" ? "" : `: ${said.trim()}`;
  return `${action}${every}: ${codes[rc] ?? "?"} (${rc}) in ${execMs} ms${reason}`;
}

/** A result in words. */
export function resultText({ operation, rc, execMs, output }: LrmResult): string {
  return words({ ...operation, rc, execMs, said: output });
}

/** Results of a resource that changes of the CIB bring, by what tells one from the other. */
export function resultsIn(
  changes: readonly CibChange[],
  resource: string,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = ({ name, attributes, children }: XmlElement, of: string): void => {
    const { id = "" } = attributes;
    if (name.local === "lrm_rsc_op" && of === resource && attributes["op-status"] !== "-1") {
      const rc = Number(attributes["rc-code"]);
      found.set(
        `${attributes["operation_key"]} ${attributes["call-id"]} ${rc}`,
        words({
          action: attributes["operation"] ?? "",
          intervalMs: Number(attributes["interval"] ?? 0),
          rc,
          execMs: Number(attributes["exec-time"] ?? 0),
          said: attributes["exit-reason"] ?? "",
        }),
      );
    }
    for (const child of children) {
      if (child.type === "element") visit(child, name.local === "lrm_resource" ? id : of);
    }
  };
  for (const change of changes) {
    if (!("xml" in change) || !change.path.startsWith("/cib/status")) continue;
    const [, of = ""] = /lrm_resource\[@id='([^']*)'\]/.exec(change.path) ?? [];
    visit(parse(change.xml).root, of);
  }
  return found;
}
