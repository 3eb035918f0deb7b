/**
 * The programs that agents call back are written when the node starts, so that they always fit to the
 * project and to the Deno that run it. No right is needed for it: they are in the run folder. A folder
 * that the operator has chosen for them is the operator's: `ha compat install` writes there.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Log } from "../runtime/log.ts";
import type { NodeConfig } from "../site/node_config/read.ts";
import { programsFolder } from "../site/agent_programs.ts";
import { install } from "../site/install_agent_programs.ts";
import { socketOf } from "../site/sockets.ts";

/** Where the code is, and the program that runs it. */
interface Code {
  readonly deno: string;
  readonly project: string;
}

/** Writes them, or says in one line who does. A node runs without them: few agents need them. */
export function installPrograms(config: NodeConfig, code: Code, log: Log): void {
  const folder = programsFolder(config);
  if (config.programs !== undefined) {
    const line = `Programs that agents call are in ${folder}, which this node does not ` +
      `write: "ha compat install ${folder}" does, after each update too`;
    log("recoverymgrd", "info", line);
    return;
  }
  const problems = install(folder, { ...code, socket: socketOf(config, "cluster") });
  for (const problem of problems) {
    const line = `Agents lack programs such as crm_attribute: ${problem}`;
    log("recoverymgrd", "warning", withCode("HA0011", line));
  }
}
