/**
 * The CIB, for programs that need more of it than attributes of nodes.
 *
 * @module
 */
import { cibRules } from "../../cib/protocol.ts";
import type { CibChange } from "../../runtime/messages.ts";
import type { Node } from "./ask.ts";
import { Ending, exitCode } from "./exit_code.ts";
import { type Element, readXml } from "./xml.ts";

/** The document as text. */
export async function cibText(node: Node): Promise<string> {
  const { xml, denied } = await node.ask(
    "cib",
    cibRules["cib/query"],
    (id) => ({ type: "cib/query", id }),
    cibRules["cib/document"].read,
  );
  if (denied !== undefined) throw new Ending(exitCode.denied, denied);
  return xml;
}

/** The document. */
export const readCib = async (node: Node): Promise<Element> => readXml(await cibText(node));

/**
 * Changes it, as a client: the cib checks the language and the rights.
 *
 * @throws {Ending} with its reason if it refuses.
 */
export async function applyCib(node: Node, changes: readonly CibChange[]): Promise<void> {
  const { ok, error } = await node.ask(
    "cib",
    cibRules["cib/apply"],
    (id) => ({ type: "cib/apply", id, changes }),
    cibRules["cib/applied"].read,
  );
  if (!ok) throw new Ending(exitCode.error, error ?? "The CIB was not changed");
}

/** A path's step: safe for any id that a CIB may hold. */
export const step = (tag: string, id: string): string =>
  id.includes("'") ? `/${tag}[@id="${id}"]` : `/${tag}[@id='${id}']`;
