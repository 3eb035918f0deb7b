/**
 * `ha completion`: what shells need to complete commands, options, and names of resources and nodes.
 *
 * Commands and options are in the script itself, so a shell starts nothing for them. Names are asked
 * of the node with `ha completion names`.
 *
 * @module
 */
import type { Command } from "../command.ts";
import { withCode } from "../../../metadata/code.ts";
import { exit } from "../exit.ts";
import { withNode } from "../node_client.ts";
import { clusterSocket, runOption, socketGrant } from "../node_sockets.ts";

const shells = ["bash", "zsh", "fish"] as const;

/** The command. @param allCommands the table that has it. */
export const completionOf = (allCommands: () => Promise<readonly Command[]>): Command => ({
  path: ["completion"],
  summary: "Print the completion script of a shell",
  positionals: "bash|zsh|fish|names",
  details: `  ha completion bash > /etc/bash_completion.d/ha
  ha completion zsh > /usr/share/zsh/site-functions/_ha
  ha completion fish > /usr/share/fish/vendor_completions.d/ha.fish

names prints the resources, nodes and constraints of the running cluster, for these scripts.`,
  options: { run: runOption },
  grant: (call, where) =>
    call.positionals[0] === "names" ? socketGrant(clusterSocket(call, where)) : {},
  async run(call, io, where) {
    const [shell, ...more] = call.positionals;
    if (shell === "names" && more.length === 0) {
      const { documentOf } = await import("../steer/node.ts");
      const { Draft } = await import("../api/document/draft.ts");
      const { constraintsOf } = await import("../api/resources/references.ts");
      return await withNode(
        clusterSocket(call, where),
        { ...io, err: () => {} },
        async (client) => {
          const draft = new Draft(await documentOf(client));
          const constraints = constraintsOf(draft).flatMap(({ attributes: { id } }) => id ?? []);
          io.out([...draft.resourceIds(), ...draft.nodeNames(), ...constraints]);
          return exit.ok;
        },
      );
    }
    const found = shells.find((one) => one === shell);
    if (found === undefined || more.length > 0) {
      io.err(`${withCode("HA0002", "Name a shell. Fix: ha completion bash, zsh or fish")}\n`);
      return exit.usage;
    }
    const { scriptFor } = await import("../completion.ts");
    io.out(scriptFor(found, await allCommands()));
    return exit.ok;
  },
});
