/**
 * The recovery manager: the parent of a node's daemons. To start a node is to start this.
 *
 * @module
 */
export { recoverymgrd } from "./core.ts";
export type { ChildEvent, RecoveryConfig, RecoveryState } from "./state.ts";

import { DiagnosticError } from "../../metadata/diagnostic.ts";
import { exitConfig } from "../runtime/exit_code.ts";
import { plainError } from "../runtime/log.ts";
import { listName, nodePackages, refuseTampered } from "../site/packages/verify.ts";

if (import.meta.main) {
  // What is imported above uses no package: none is evaluated before it is verified.
  const list = new URL(`../../plugins/${listName}`, import.meta.url);
  await refuseTampered(decodeURIComponent(list.pathname), nodePackages).catch((error) => {
    if (!(error instanceof DiagnosticError)) throw error;
    plainError(`recoverymgrd: ${error.message}`);
    Deno.exit(exitConfig);
  });
  const { runNode } = await import("./node.ts");
  await runNode();
}
