/**
 * `cl_status` of Linux-HA: what heartbeat knows of nodes, links and clients. The original's program works
 * on our daemon as well (`daemons/heartbeat`); this one needs no library of it.
 *
 * @module
 */
import type { Json } from "../../../runtime/messages.ts";
import { Ending, unsupported } from "../../compat/exit_code.ts";
import { readOptions, row, usage } from "../../compat/options.ts";
import { isAbsent } from "../../node_client.ts";
import { listOf, member, textOf } from "../../status/json_parts.ts";
import { statusOf } from "../../status/node_report.ts";
import type { Tool, ToolCall } from "../tool.ts";

const table = {
  ...row("-p", "ping"),
  ...row("-n", "normal"),
  ...row("-v", "verbose"),
  ...row("-m", "sentence"),
};

/** Exit codes of the original. */
const code = { ok: 0, stopped: 1, failed: 2 } as const;

interface Node {
  readonly name: string;
  readonly status: string;
  readonly type: "normal" | "ping";
}

/** See the head of the file. */
export const clStatus: Tool = {
  async run(call) {
    const [command, ...args] = call.args;
    const { options, rest } = readOptions(table, args);
    const say = (words: string, sentence: string): number => {
      call.out(`${options.has("sentence") ? sentence : words}\n`);
      return code.ok;
    };
    const [name = "", second = ""] = rest;
    switch (command) {
      case "hbstatus":
        return await isRunning(call);
      case "listnodes": {
        const wanted = (["ping", "normal"] as const).filter((type) => options.has(type));
        for (const { name, type } of await nodesOf(call)) {
          if (wanted.length === 0 || wanted.includes(type)) call.out(`${name}\n`);
        }
        return code.ok;
      }
      case "nodestatus": {
        const { status } = await nodeOf(call, name);
        return say(status, `The cluster node ${name} is ${status}`);
      }
      case "nodetype": {
        const { type } = await nodeOf(call, name);
        return say(type, `The node ${name}'s type: ${type}`);
      }
      case "listhblinks": {
        await nodeOf(call, name);
        for (const { link, state } of await linksOf(call, name)) {
          call.out(options.has("verbose") ? `\t${link}: ${state}\n` : `\t${link}\n`);
        }
        return code.ok;
      }
      case "hblinkstatus": {
        const found = (await linksOf(call, name)).find(({ link }) => link === second);
        if (found === undefined) {
          throw failed(`Cannot get heartbeat link status of ${name} ${second}`);
        }
        return say(found.state, `The node ${name}'s heartbeat link ${second} is ${found.state}`);
      }
      case "clientstatus":
      case "nodeweight":
      case "nodesite":
      case "rscstatus":
      case "hbparameter":
        throw unsupported(`cl_status ${command} (the original's program can ask heartbeat for it)`);
      default:
        throw usage(
          "Expected hbstatus, listnodes, nodestatus, nodetype, listhblinks or hblinkstatus",
        );
    }
  },
};

const failed = (message: string): Ending => new Ending(code.failed, message);

async function isRunning(call: ToolCall): Promise<number> {
  try {
    await call.heartbeat();
  } catch (error) {
    if (!isAbsent(error)) throw error;
    call.out("Heartbeat is stopped on this machine.\n");
    return code.stopped;
  }
  call.out("Heartbeat is running on this machine.\n");
  return code.ok;
}

const answerOf = async (call: ToolCall): Promise<Json> =>
  await statusOf(await call.heartbeat(), "heartbeat");

async function nodesOf(call: ToolCall): Promise<readonly Node[]> {
  const answer = await answerOf(call);
  const read = (from: string, type: Node["type"]): readonly Node[] =>
    listOf(member(answer, from)).flatMap((one) => {
      const name = textOf(member(one, "name"));
      const status = textOf(member(one, "status"));
      return name === undefined || status === undefined ? [] : [{ name, status, type }];
    });
  const own = textOf(member(answer, "node")) ?? "";
  const peers = read("peers", "normal");
  const isThere = peers.some(({ name }) => name === own);
  const self: Node = { name: own, status: textOf(member(answer, "status")) ?? "", type: "normal" };
  return [...isThere ? [] : [self], ...peers, ...read("pings", "ping")];
}

async function nodeOf(call: ToolCall, name: string): Promise<Node> {
  if (name === "") throw usage("Name a node");
  const found = (await nodesOf(call)).find((one) => one.name === name);
  if (found === undefined) throw failed("Error. Maybe due to incorrect node name.");
  return found;
}

/** By what a node is heard; for this node: what it sends by. */
async function linksOf(call: ToolCall, node: string) {
  const answer = await answerOf(call);
  const of = textOf(member(answer, "node")) === node
    ? answer
    : listOf(member(answer, "peers")).find((peer) => textOf(member(peer, "name")) === node) ?? null;
  return listOf(member(of, "links")).map((one) => ({
    link: textOf(member(one, "link")) ?? "",
    state: textOf(member(one, "state")) ?? "",
  }));
}
