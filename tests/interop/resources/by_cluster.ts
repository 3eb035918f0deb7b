/**
 * All cases as resources of a real cluster of one node: started, failed, recovered, stopped. The truth
 * is what the agents say when this test asks them, not what the cluster believes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { realCluster, until } from "../../../daemons/mgmtd/commands/testing/real_cluster.ts";
import { connect } from "../../../daemons/runtime/client.ts";
import type { CibChange, Message } from "../../../daemons/runtime/messages.ts";
import { type Case, cases } from "./cases.ts";
import type { Classes } from "./plugins.ts";
import { attempt, shell } from "./report.ts";

const primitive = ({ id, class: name, provider, type, parameters }: Case): string =>
  `<primitive id="${id}" class="${name}"${
    provider === undefined ? "" : ` provider="${provider}"`
  } type="${type}">
<instance_attributes id="${id}-p">${
    Object.entries(parameters).map(([name, value]) =>
      `<nvpair id="${id}-p-${name}" name="${name}" value="${value}"/>`
    ).join("")
  }</instance_attributes>
<operations>
<op id="${id}-start" name="start" interval="0" timeout="60s"/>
<op id="${id}-stop" name="stop" interval="0" timeout="60s"/>
<op id="${id}-monitor" name="monitor" interval="1s" timeout="30s"/>
</operations></primitive>`;

const cibOf = (among: readonly Case[]): string =>
  `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0">
<configuration><crm_config><cluster_property_set id="options">
<nvpair id="options-stonith" name="stonith-enabled" value="false"/>
</cluster_property_set></crm_config>
<nodes><node id="alice" uname="alice"/></nodes>
<resources>${
    among.map(primitive).join("\n")
  }</resources><constraints/></configuration><status/></cib>
`;

/** Runs the part. */
export async function byCluster(classes: Classes): Promise<void> {
  await using cluster = await realCluster("resources", ["alice"], () => cibOf(cases));
  await using client = await until(
    () => connect(`${cluster.run("alice")}/cluster.sock`).catch(() => undefined),
    (client) => client !== undefined,
  );
  assert.ok(client);
  let last = 0;
  const apply = async (change: CibChange): Promise<string | undefined> => {
    const id = `${++last}`;
    const { ok, error } = await client.ask(
      "cib",
      { type: "cib/apply", id, changes: [change] },
      (message): message is Extract<Message, { type: "cib/applied" }> =>
        message.type === "cib/applied" && message.id === id,
      30_000,
    );
    return ok ? undefined : error ?? "refused";
  };
  const query = () =>
    client.ask(
      "cib",
      { type: "cib/query", id: `${++last}` },
      (message): message is Extract<Message, { type: "cib/document" }> =>
        message.type === "cib/document",
      30_000,
    );
  const is = async (one: Case, rc: number) => {
    await until(() => classes.run(one, "monitor"), (result) => result.rc === rc);
  };
  for (const one of cases) {
    await attempt(`${one.class}:${one.type} is started by the cluster`, () => is(one, 0));
  }
  for (const one of cases) {
    await attempt(`${one.class}:${one.type} fails, and the cluster recovers it`, async () => {
      await shell(one.fail);
      const from = performance.now();
      // It is counted before it is recovered.
      const mark = `name="fail-count-${one.id}#monitor_1000"`;
      await until(query, ({ xml }) => xml.includes(mark));
      await is(one, 0);
      return `runs again after ${Math.round(performance.now() - from)} ms`;
    });
  }
  await parametersAreChecked(apply);
  for (const one of cases) {
    await attempt(`${one.class}:${one.type} is stopped by the cluster`, async () => {
      const error = await apply({
        op: "create",
        path: `/cib/configuration/resources/primitive[@id='${one.id}']`,
        xml: `<meta_attributes id="${one.id}-m">` +
          `<nvpair id="${one.id}-m-role" name="target-role" value="Stopped"/></meta_attributes>`,
      });
      assert.equal(error, undefined);
      await is(one, 7);
    });
  }
}

/** What a client writes is held against the agents of the disk. */
async function parametersAreChecked(
  apply: (change: CibChange) => Promise<string | undefined>,
): Promise<void> {
  const create = (agent: string, pairs = "") =>
    apply({
      op: "create",
      path: "/cib/configuration/resources",
      xml: `<primitive id="new" ${agent}>` +
        `<meta_attributes id="new-m"><nvpair id="new-r" name="target-role" value="Stopped"/>` +
        `</meta_attributes><instance_attributes id="new-p">${pairs}</instance_attributes></primitive>`,
    });
  await attempt("the cib refuses what an OCF agent cannot use, with the reason", async () => {
    const error = await create(
      `class="ocf" provider="heartbeat" type="IPaddr2"`,
      `<nvpair id="new-a" name="ipp" value="10.9.0.79"/>`,
    );
    assert.match(error ?? "", /"ipp" of ocf:heartbeat:IPaddr2.*Did you mean "ip"/);
  });
  await attempt("the cib refuses parameters of an init script", async () => {
    const pair = `<nvpair id="new-a" name="port" value="80"/>`;
    assert.match(await create(`class="lsb" type="nginx"`, pair) ?? "", /"port" of lsb:nginx/);
  });
  await attempt(
    "an agent that this node does not have holds a write up by less than 1 s",
    async () => {
      const from = performance.now();
      assert.equal(await create(`class="ocf" provider="heartbeat" type="NoSuchAgent"`), undefined);
      const ms = Math.round(performance.now() - from);
      assert.ok(ms < 1_000, `${ms} ms`);
    },
  );
}
