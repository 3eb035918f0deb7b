/**
 * The membership, as ccm of this node has it.
 *
 * @module
 */
import { runtimeRules } from "../../runtime/rules.ts";
import {
  list,
  name,
  nodesMax,
  object,
  type Reader,
  Refusal,
  yesOrNo,
} from "../../runtime/reader.ts";
import type { Node } from "./ask.ts";

/** Who is a member. */
export interface Members {
  readonly members: readonly string[];
  readonly quorate: boolean;
}

const viewOf: Reader<{
  readonly quorate: boolean;
  readonly members: readonly { readonly node: string }[];
}> = object({ quorate: yesOrNo, members: list(object({ node: name }), nodesMax) });

/** The members; none if this node is in no membership. */
export async function membersOf(node: Node): Promise<Members> {
  const { status } = await node.ask(
    "ccm",
    runtimeRules["status/query"],
    (id) => ({ type: "status/query", id }),
    runtimeRules["status/answer"].read,
  );
  const view = typeof status === "object" && status !== null && "view" in status
    ? viewOf(status.view)
    : undefined;
  return view === undefined || view instanceof Refusal
    ? { members: [], quorate: false }
    : { members: view.members.map(({ node }) => node), quorate: view.quorate };
}
