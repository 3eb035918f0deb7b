/**
 * Parameters of agents on a real node: a mistake is refused where it is written, and one that the
 * first CIB brings fences nobody and can be put right.
 *
 * @module
 */
import assert from "node:assert/strict";
import { permissions, project } from "../daemons/mgmtd/commands/testing/site.ts";
import { realCluster, until } from "../daemons/mgmtd/commands/testing/real_cluster.ts";
import { connect } from "../daemons/runtime/client.ts";
import type { CibChange, Message } from "../daemons/runtime/messages.ts";

const socket = `${project}/.test/parameters/alice/run/cluster.sock`;
const resources = "/cib/configuration/resources";
const shop = `<primitive id="shop" class="deno" provider="pils" type="WebServer">
  <instance_attributes id="shop-p"><nvpair id="shop-prot" name="prot" value="8080"/>
  </instance_attributes></primitive>`;

Deno.test("a parameter that an agent cannot use is refused at the write", {
  permissions: { ...permissions, net: ["127.0.0.1", `unix:${socket}`] },
}, async () => {
  await using cluster = await realCluster(
    "parameters",
    ["alice", "bob"],
    (cib) => cib.replace("</resources>", `${shop}</resources>`),
  );
  assert.equal(`${cluster.run("alice")}/cluster.sock`, socket);
  await using client = await until(
    () => connect(socket).catch(() => undefined),
    (client) => client !== undefined,
  );
  assert.ok(client);
  let last = 0;
  const apply = (...changes: CibChange[]) => {
    const id = `${++last}`;
    return client.ask(
      "cib",
      { type: "cib/apply", id, changes },
      (message): message is Extract<Message, { type: "cib/applied" }> =>
        message.type === "cib/applied" && message.id === id,
      30_000,
    );
  };
  const query = () =>
    client.ask(
      "cib",
      { type: "cib/query", id: `${++last}` },
      (message): message is Extract<Message, { type: "cib/document" }> =>
        message.type === "cib/document",
      30_000,
    );
  // Once lrmd has started the service, it knows its agents; so long the node was not fenced.
  await until(query, ({ xml }) =>
    /operation_key="web_start_0"[^>]*rc-code="0"/.test(xml) ||
    /rc-code="0"[^>]*operation_key="web_start_0"/.test(xml));
  const port = (value: string): CibChange => ({
    op: "modify",
    path:
      `${resources}/primitive[@id='web']/instance_attributes[@id='web-attributes']/nvpair[@id='web-port']`,
    set: { value },
  });
  const typo = await apply(port("eightyeighty"));
  assert.equal(typo.ok, false);
  assert.match(
    typo.error ?? "",
    /primitive "web", nvpair "web-port", parameter "port" .*"eightyeighty" is not a port: .*Fix: /,
  );
  const missing = await apply({
    op: "create",
    path: resources,
    xml: `<primitive id="other" class="deno" provider="pils" type="WebServer"/>`,
  });
  assert.match(missing.error ?? "", /primitive "other", parameter "port" .* is missing/);
  const both = await apply({
    op: "create",
    path: resources,
    xml: shop.replaceAll("shop", "both").replace("/>", `/><nvpair id="x" name="txet" value="1"/>`),
  });
  assert.match(both.error ?? "", /is missing.*\n.*"prot".*Did you mean "port"\?.*\n.*"txet"/);
  const device = await apply({
    op: "create",
    path: resources,
    xml: `<primitive id="power" class="stonith" type="process"><instance_attributes id="power-p">
      <nvpair id="power-list" name="hostlst" value="alice"/></instance_attributes></primitive>`,
  });
  assert.match(
    device.error ?? "",
    /"cluster" of stonith:process: .*missing.*\n.*\n.*"hostlst" .*Did you mean "hostlist"\?/,
  );
  const constraint = await apply({
    op: "create",
    path: "/cib/configuration/constraints",
    xml: `<rsc_colocaton id="apart" rsc="web" with-rsc="shop" score="-INFINITY"/>`,
  });
  assert.match(
    constraint.error ?? "",
    /rsc_colocaton\[@id='apart'\]: There is no element .* Fix: write <rsc_colocation>/,
  );
  // What was wrong before can be put right.
  const nvpair =
    `${resources}/primitive[@id='shop']/instance_attributes[@id='shop-p']/nvpair[@id='shop-prot']`;
  const right = await apply({ op: "modify", path: nvpair, set: { name: "text", value: "x" } });
  assert.equal(right.ok, true, right.error);
  assert.doesNotMatch((await query()).xml, /eightyeighty|crm-fence|<fencing/);
});
