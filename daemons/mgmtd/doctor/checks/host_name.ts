/**
 * The name of the machine against the name of the node.
 *
 * @module
 */
import { check, finding } from "../check.ts";

/** See the head of the file. */
export const hostName = check({
  name: "name",
  summary: "the machine has the name of its node",
  needs: ["host", "config"],
  find({ host, config: { node, nodes } }) {
    const [short = ""] = host.toLowerCase().split(".");
    if ([host.toLowerCase(), short].includes(node.toLowerCase())) return [];
    const other = nodes.find((name) => name.toLowerCase() === short);
    return [
      other === undefined
        ? finding("warning", "HA1030", {
          at: "node",
          what: `the machine is "${host}" and the node is "${node}"`,
          why: "agents that compare the two take this machine for another one",
          fix: `hostnamectl set-hostname ${node}`,
        })
        : finding("error", "HA1030", {
          at: "node",
          what: `the machine is "${host}", and "${node}" is named as its node`,
          why: `"${other}" is another node of this cluster: node.json may be a copy from elsewhere`,
          fix: `set "node" to "${other}" in node.json, or rename the machine`,
        }),
    ];
  },
});
