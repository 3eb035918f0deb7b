/**
 * Asks attrd, for the programs that show and change attributes of nodes.
 *
 * @module
 */
import { attrdRules } from "../../attrd/protocol.ts";
import type {
  AttributeLifetime,
  AttributeRefusal,
  AttributeUpdate,
  AttributeValue,
} from "../../runtime/messages.ts";
import type { Node } from "./ask.ts";
import { Ending, exitCode } from "./exit_code.ts";

/** What a program wants to know. */
export interface Wanted {
  readonly lifetime: AttributeLifetime;
  readonly name?: string;
  /** Absent: this node; `*`: all. */
  readonly node?: string;
}

/** The values that there are. */
export async function valuesOf(node: Node, wanted: Wanted): Promise<readonly AttributeValue[]> {
  return (await query(node, wanted)).values;
}

/** The name of this node. */
export async function nameOf(node: Node): Promise<string> {
  return (await query(node, { lifetime: "reboot", name: "shutdown" })).node;
}

const query = (node: Node, wanted: Wanted) =>
  node.ask(
    "attrd",
    attrdRules["attrd/query"],
    (id) => ({ type: "attrd/query", id, ...wanted }),
    attrdRules["attrd/values"].read,
  );

const codes: Readonly<Record<AttributeRefusal, number>> = {
  refused: exitCode.error,
  "no such node": exitCode.noSuch,
  "no such attribute": exitCode.noSuch,
  busy: exitCode.error,
  timeout: exitCode.timeout,
};

/**
 * Changes one.
 *
 * @throws {Ending} if attrd refuses.
 */
export async function update(node: Node, change: AttributeUpdate): Promise<void> {
  const { ok, error, why = "refused" } = await node.ask(
    "attrd",
    attrdRules["attrd/update"],
    (id) => ({ type: "attrd/update", id, update: change }),
    attrdRules["attrd/updated"].read,
  );
  if (!ok) throw new Ending(codes[why], error ?? "The attribute was not changed");
}
