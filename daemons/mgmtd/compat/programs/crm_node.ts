/**
 * `crm_node`: names and ids of nodes, members, quorum.
 *
 * @module
 */
import { nameOf } from "../attributes.ts";
import { readCib } from "../cib.ts";
import { Ending, exitCode, unsupported } from "../exit_code.ts";
import { type OptionTable, readOptions, row, usage } from "../options.ts";
import type { Program } from "../program.ts";
import { membersOf } from "../view.ts";
import { at, of } from "../xml.ts";
import type { Node } from "../ask.ts";

const table: OptionTable = {
  ...row("-n --name", "name"),
  ...row("-i --cluster-id", "id"),
  ...row("-l --list", "list"),
  ...row("-p --partition", "partition"),
  ...row("-q --quorum", "quorum"),
  ...row("-N --name-for-id", "name for id", "value"),
  ...row("-R --remove", "remove", "value"),
  ...row("-f --force -Q --quiet -V --verbose", "ignored"),
};

/** See the head of the file. */
export const crmNode: Program = async ({ args, node: connect, out }) => {
  const { options, order } = readOptions(table, args);
  const command = order.findLast((meaning) => meaning !== "ignored");
  if (command === undefined) throw usage("A command is required: -n, -i, -l, -p, -q or -N");
  if (command === "remove") throw unsupported("--remove (use ha heartbeat remove)");
  const node = await connect();
  switch (command) {
    case "name":
      out(`${await nameOf(node)}\n`);
      break;
    case "quorum":
      out(`${(await membersOf(node)).quorate ? 1 : 0}\n`);
      break;
    case "partition":
      out(`${(await membersOf(node)).members.map((name) => `${name} `).join("")}\n`);
      break;
    case "list": {
      const { members } = await membersOf(node);
      for (const { id, name } of await nodesOf(node)) {
        out(`${id} ${name} ${members.includes(name) ? "member" : "lost"}\n`);
      }
      break;
    }
    case "id": {
      const own = await nameOf(node);
      out(`${(await nodesOf(node)).find(({ name }) => name === own)?.id ?? own}\n`);
      break;
    }
    case "name for id": {
      const wanted = options.get("name for id");
      const found = (await nodesOf(node)).find(({ id }) => id === wanted);
      if (found === undefined) throw new Ending(exitCode.noSuch, `No node has the id ${wanted}`);
      out(`${found.name}\n`);
    }
  }
  return exitCode.ok;
};

async function nodesOf(node: Node) {
  const nodes = at(await readCib(node), "configuration", "nodes")?.children ?? [];
  return nodes.filter(({ tag }) => tag === "node")
    .map((element) => ({ id: of(element, "id"), name: of(element, "uname") }));
}
