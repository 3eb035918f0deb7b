/**
 * `crm_mon -1` as text, for people: the status as the policy engine reads it.
 *
 * @module
 */
import { readOptions } from "../../compat/options.ts";
import { clusterText } from "../../status/cluster_text.ts";
import { workingSet } from "../../status/cluster_state.ts";
import { document, toolExit } from "../document.ts";
import type { Tool } from "../tool.ts";
import { row } from "../../compat/options.ts";

const table = {
  ...row("-1 --one-shot -r --inactive -n --group-by-node -f --failcounts -o --operations", "text"),
  ...row("--show-node-attributes -A -t --timing-details -c --tickets -R --show-detail", "text"),
  ...row("-b --brief -Q --quiet -V --verbose -D --hide-headers", "text"),
  ...row("-m --fence-history -L --neg-locations", "text", "maybe"),
  ...row("--include --exclude --node --resource -i --interval", "text", "value"),
  ...row("-X --as-xml -d --daemonize", "other"),
  ...row(
    "--output-as -p --pid-file -h --as-html --output-to -E --external-agent",
    "other",
    "value",
  ),
  ...row("-e --external-recipient -U --user", "other", "value"),
};

/** See the head of the file. */
export const crmMon: Tool = {
  async run(call) {
    const { options } = readOptions(table, call.args);
    if (options.has("other")) return undefined;
    call.out(clusterText(workingSet(await document(call), Math.floor(call.now() / 1000))));
    return toolExit.ok;
  },
};
