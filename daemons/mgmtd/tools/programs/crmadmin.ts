/**
 * `crmadmin -D`, `-S NODE` and `-N`: the coordinator, what a node is at, and the nodes. Scripts wait with
 * it until the coordinator is idle.
 *
 * @module
 */
import { readOptions, row } from "../../compat/options.ts";
import { clusterState, workingSet } from "../../status/cluster_state.ts";
import { isSettled } from "../../steer/settled.ts";
import { document, toolExit } from "../document.ts";
import type { Tool } from "../tool.ts";

/** See the head of the file. */
export const crmadmin: Tool = {
  async run(call) {
    const { options } = readOptions({
      ...row("-D --dc_lookup", "dc"),
      ...row("-S --status", "status", "value"),
      ...row("-N --nodes", "nodes", "maybe"),
      ...row("-V --verbose -q --quiet -B --bash-export", "ignored"),
      ...row("-t --timeout --output-as", "ignored", "value"),
    }, call.args);
    const cib = await document(call);
    const nowS = Math.floor(call.now() / 1000);
    const { dc, nodes } = clusterState(workingSet(cib, nowS));
    if (options.has("dc")) call.out(`Designated Controller is: ${dc ?? "not yet elected"}\n`);
    const status = options.get("status");
    if (status !== undefined) {
      const isOnline = nodes.some(({ name, online }) => name === status && online);
      if (!isOnline) return toolExit.noSuch;
      const state = status !== dc
        ? "S_NOT_DC"
        : isSettled(cib, nowS)
        ? "S_IDLE"
        : "S_TRANSITION_ENGINE";
      call.out(`Controller on ${status} in state ${state}: ok\n`);
    }
    if (options.has("nodes")) {
      for (const { name } of nodes) call.out(`cluster node: ${name} (${name})\n`);
    }
    return toolExit.ok;
  },
};
