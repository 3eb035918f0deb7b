/**
 * A cluster of real nodes on which parts of this test create resources, one after another.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ha } from "../../../daemons/mgmtd/commands/testing/ha_child.ts";
import {
  type RealCluster,
  realCluster,
  until,
} from "../../../daemons/mgmtd/commands/testing/real_cluster.ts";
import { type Client, connect } from "../../../daemons/runtime/client.ts";
import type { CibChange, Message } from "../../../daemons/runtime/messages.ts";

/** The nodes: one of them may die. */
export const nodes = ["alice", "bob", "carol"] as const;
/** Files of agents, a folder for each node: they are all on one machine. */
export const at = "/run/field";

/** The stage. */
export interface Stage extends AsyncDisposable {
  readonly cluster: RealCluster;
  /** Changes the CIB. @throws {Error} with what the cluster says, if it refuses */
  apply(...changes: readonly CibChange[]): Promise<void>;
  /** Creates a resource. */
  create(xml: string): Promise<void>;
  /** Removes a resource and what it constrains. */
  remove(tag: string, id: string): Promise<void>;
  constrain(xml: string): Promise<void>;
  cib(): Promise<string>;
  /** What `ha` says, as alice sees it. */
  ha(words: string): Promise<string>;
}

/** A class with its own agents and a folder for the files of each node. */
const classesOf = (node: string) => [{
  class: "ocf",
  plugin: "ra/ocf",
  folders: [`${at}/agents`],
  temporary: `${at}/${node}`,
}];

/** Opens it. */
export async function stage(more: (node: string) => object = () => ({})): Promise<Stage> {
  const cluster = await realCluster(
    "field",
    nodes,
    (cib) =>
      cib.replace(/<primitive id="web"[^]*?<\/primitive>/, "")
        .replace(/<constraints>[^]*<\/constraints>/, "<constraints/>"),
    (node, config) => ({ ...config, agents: classesOf(node), ...more(node) }),
  );
  let client: Client | undefined;
  try {
    client = await until(
      () => connect(`${cluster.run("alice")}/cluster.sock`).catch(() => undefined),
      (client) => client !== undefined,
    );
    assert.ok(client);
    const opened = staged(cluster, client);
    await until(
      () => opened.cib().catch(() => ""),
      (cib) => (cib.match(/join="member"/g) ?? []).length === nodes.length,
    );
    return opened;
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
}

function staged(cluster: RealCluster, client: Client): Stage {
  let last = 0;
  const cib = async (): Promise<string> => {
    const { xml } = await client.ask(
      "cib",
      { type: "cib/query", id: `${++last}` },
      (message): message is Extract<Message, { type: "cib/document" }> =>
        message.type === "cib/document",
      30_000,
    );
    return xml;
  };
  const apply = async (...changes: readonly CibChange[]): Promise<void> => {
    const id = `${++last}`;
    const { ok, error } = await client.ask(
      "cib",
      { type: "cib/apply", id, changes },
      (message): message is Extract<Message, { type: "cib/applied" }> =>
        message.type === "cib/applied" && message.id === id,
      30_000,
    );
    assert.ok(ok, error);
  };
  const under = (section: string) => (xml: string) =>
    apply({ op: "create", path: `/cib/configuration/${section}`, xml });
  return {
    cluster,
    apply,
    create: under("resources"),
    constrain: under("constraints"),
    remove: (tag, id) =>
      apply({ op: "delete", path: `/cib/configuration/resources/${tag}[@id='${id}']` }),
    cib,
    async ha(words) {
      const { out, err } = await ha(cluster.folder, [
        ...words.split(" "),
        "--run",
        cluster.run("alice"),
      ]);
      return `${out}${err}`;
    },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await cluster[Symbol.asyncDispose]();
    },
  };
}

/** A primitive with parameters, meta attributes and operations. */
export function primitive(
  agent: string,
  id: string,
  { parameters = {}, meta = {}, ops = [] }: {
    readonly parameters?: Readonly<Record<string, string>>;
    readonly meta?: Readonly<Record<string, string>>;
    /** Attributes of each operation; what stands in it after `|`. */
    readonly ops?: readonly string[];
  } = {},
): string {
  const [cls = "", provider = "", type = ""] = agent.split(":");
  const pairs = (of: Readonly<Record<string, string>>, part: string) =>
    Object.entries(of).map(([name, value]) =>
      `<nvpair id="${id}-${part}-${name}" name="${name}" value="${value}"/>`
    ).join("");
  const operations = ops.map((op, number) => {
    const [attributes = "", inside = ""] = op.split("|");
    return `<op id="${id}-op-${number}" ${attributes}>${inside}</op>`;
  });
  return `<primitive id="${id}" class="${cls}" provider="${provider}" type="${type}">
<instance_attributes id="${id}-p">${pairs(parameters, "p")}</instance_attributes>
<meta_attributes id="${id}-m">${pairs(meta, "m")}</meta_attributes>
<operations>${operations.join("")}</operations></primitive>`;
}

export { until };
