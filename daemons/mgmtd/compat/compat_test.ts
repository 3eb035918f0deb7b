/**
 * The programs without a cluster: what they accept, what they ask, what they print, how they end.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readCib } from "../../cib/doors/document.ts";
import { parse, stringify } from "@std/xml";
import type { Message } from "../../runtime/messages.ts";
import type { Rule } from "../../runtime/protocol.ts";
import { type Reader, Refusal } from "../../runtime/reader.ts";
import { readableBy } from "./ask.ts";
import { Ending } from "./exit_code.ts";
import { launchers, mark } from "../../site/agent_program_scripts.ts";
import { programNames } from "../../site/agent_programs.ts";
import { main } from "./main.ts";
import { durationMs, readOptions, row } from "./options.ts";
import { nodesOf, placesOf } from "./places.ts";
import type { Program } from "./program.ts";
import { attrdUpdater } from "./programs/attrd_updater.ts";
import { cibadmin } from "./programs/cibadmin.ts";
import { crmAttribute, crmFailcount, crmMaster, crmStandby } from "./programs/crm_attribute.ts";
import { crmMon } from "./programs/crm_mon.ts";
import { crmNode } from "./programs/crm_node.ts";
import { crmResource } from "./programs/crm_resource.ts";
import { readXml, writeXml } from "./xml.ts";
import { select } from "./xpath.ts";

const operation = (id: string, operation: string, rc: number, call: number) =>
  `<lrm_rsc_op id="${id}_${operation}" operation="${operation}" rc-code="${rc}" op-status="0" ` +
  `call-id="${call}"/>`;
const nodeState = (id: string, name: string, state: string, inside: string) =>
  `<node_state id="${id}" uname="${name}" ${state}>${inside}</node_state>`;

const cib = `<cib have-quorum="1" dc-uuid="2" epoch="3"><configuration>
<crm_config><cluster_property_set id="s"><nvpair id="s-f" name="stonith-enabled" value="true"/>
</cluster_property_set></crm_config>
<nodes><node id="1" uname="alice"><instance_attributes id="nodes-1">
<nvpair id="nodes-1-standby" name="standby" value="on"/></instance_attributes></node>
<node id="2" uname="bob"/><node id="3" uname="carol"/></nodes>
<resources><primitive id="d" class="ocf" provider="heartbeat" type="Dummy">
<utilization id="d-u"><nvpair id="d-u-cpu" name="cpu" value="3"/></utilization></primitive>
<clone id="c"><meta_attributes id="c-m"><nvpair id="c-m-p" name="promotable" value="true"/>
</meta_attributes><primitive id="pg" class="ocf" provider="heartbeat" type="pgsql"/></clone>
</resources><constraints/></configuration><status>${
  nodeState(
    "1",
    "alice",
    `in_ccm="true" crmd="online" join="member" expected="member"`,
    `<lrm id="1"><lrm_resources><lrm_resource id="pg">${operation("pg", "start", 0, 3)}` +
      `${operation("pg", "promote", 0, 5)}</lrm_resource><lrm_resource id="d">` +
      `${operation("d", "monitor", 7, 1)}</lrm_resource></lrm_resources></lrm>` +
      `<transient_attributes id="1"><instance_attributes id="status-1">` +
      `<nvpair id="status-1-x" name="x" value="a &quot;b&quot; &amp;"/></instance_attributes>` +
      `</transient_attributes>`,
  )
}${
  nodeState(
    "2",
    "bob",
    `in_ccm="true" crmd="online" join="member" expected="member"`,
    `<lrm id="2"><lrm_resources><lrm_resource id="pg">${operation("pg", "start", 0, 3)}` +
      `${operation("pg", "promote", 0, 5)}${operation("pg", "demote", 0, 6)}</lrm_resource>` +
      `<lrm_resource id="d">${operation("d", "start", 0, 9)}</lrm_resource></lrm_resources></lrm>`,
  )
}${
  nodeState(
    "3",
    "carol",
    `in_ccm="false" crmd="offline" join="down" expected="member"`,
    `<lrm id="3"><lrm_resources><lrm_resource id="d">${operation("d", "start", 0, 9)}` +
      `</lrm_resource></lrm_resources></lrm>`,
  )
}</status></cib>`;

/** Calls a program; `answer` is what the node says. */
async function called(
  program: Program,
  words: string | readonly string[],
  answer: (service: string, message: Message) => unknown = () => ({}),
  instance = "",
): Promise<{ code: number; out: string; err: string; asked: Message[] }> {
  const result = { code: 0, out: "", err: "", asked: [] as Message[] };
  const node = {
    ask<T>(
      service: string,
      rule: Rule,
      question: (id: string) => Message,
      read: Reader<T>,
    ): Promise<T> {
      const message = readableBy(rule, question("1"));
      result.asked.push(message);
      const given = service === "cib" && message.type === "cib/query"
        ? {
          type: "cib/document",
          id: "1",
          version: { adminEpoch: 0, epoch: 0, numUpdates: 0 },
          xml: cib,
        }
        : answer(service, message);
      const answered = read(given);
      if (answered instanceof Refusal) throw new Error(`${answered} in ${JSON.stringify(given)}`);
      return Promise.resolve(answered);
    },
    close() {},
  };
  try {
    result.code = await program({
      args: typeof words === "string" ? words.split(" ").filter((word) => word !== "") : words,
      instance,
      node: () => Promise.resolve(node),
      out: (text) => result.out += text,
      err: (text) => result.err += `${text}\n`,
    });
  } catch (error) {
    if (!(error instanceof Ending)) throw error;
    result.code = error.code;
    result.err += `${error.message}\n`;
  }
  return result;
}

/** attrd with these attributes of alice. */
const attrd =
  (values: Readonly<Record<string, string>>) => (_service: string, message: Message) => {
    if (message.type === "attrd/query") {
      const found = Object.entries(values)
        .filter(([name]) => message.name === undefined || message.name === name)
        .map(([name, value]) => ({ node: "alice", name, value, set: "nodes-1" }));
      return { type: "attrd/values", id: "1", node: "alice", values: found };
    }
    return {
      type: message.type === "cib/apply" ? "cib/applied" : "attrd/updated",
      id: "1",
      ok: true,
    };
  };

const none = { permissions: "none" as const };

Deno.test("options are read as getopt reads them", none, () => {
  const table = {
    ...row("-n --name", "name", "value"),
    ...row("-p --promotion", "promotion", "maybe"),
    ...row("-G --query", "query"),
    ...row("-q --quiet", "quiet"),
  };
  const read = (words: string) => {
    const { options, rest } = readOptions(table, words.split(" "));
    return [...options].map(([name, value]) => `${name}=${value}`).concat(rest).join(" ");
  };
  assert.equal(read("-n x -Gq"), "name=x query= quiet=");
  assert.equal(read("-nx --name=y --query 0"), "name=y query= 0");
  assert.equal(read("-p -G"), "promotion= query=");
  assert.equal(read("-p web -G"), "promotion=web query=");
  assert.equal(read("--promotion=web"), "promotion=web");
  assert.equal(read("-Gn -5 -- -x"), "query= name=-5 -x");
  for (const wrong of ["-n", "--foo", "-x", "--query=1", "--name"]) {
    assert.throws(
      () => read(wrong),
      (error) => error instanceof Ending && error.code === 64,
      wrong,
    );
  }
});

Deno.test("durations have the units of the field", none, () => {
  const cases = {
    "5": 5_000,
    "30s": 30_000,
    "100ms": 100,
    "2min": 120_000,
    "1h": 3_600_000,
    "0": 0,
  };
  for (const [text, ms] of Object.entries(cases)) assert.equal(durationMs(text), ms, text);
  for (const wrong of ["", "x", "5y", "-1"]) assert.throws(() => durationMs(wrong), Ending, wrong);
});

Deno.test("attrd_updater asks for what its options say", none, async () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ["-n x -U 5", { change: "set", value: "5" }],
    ["-n x -v 5 -d 0", { change: "set", value: "5", dampenMs: 0 }],
    ["-d 30s -S status -n x -v 5", { change: "set", value: "5", dampenMs: 30_000 }],
    ["-n x -B 5 -d 5s", { change: "both", value: "5", dampenMs: 5_000 }],
    ["-n x -Y -d 1", { change: "dampen", dampenMs: 1_000 }],
    ["-D -n x -d 5s", { change: "delete", dampenMs: 5_000 }],
    ["-p --name x --node bob --update 5", {
      change: "set",
      value: "5",
      node: "bob",
      private: true,
    }],
    ["-n x -U value++ -s mine", { change: "set", value: "value++", set: "mine" }],
  ];
  for (const [words, update] of cases) {
    const { code, asked, out, err } = await called(attrdUpdater, words, attrd({}));
    assert.deepEqual({ code, out, err }, { code: 0, out: "", err: "" }, words);
    assert.deepEqual(asked, [{
      type: "attrd/update",
      id: "1",
      update: { name: "x", lifetime: "reboot", ...update as Record<string, unknown> },
    }], words);
  }
  for (const words of ["-U 5", "-n x", "-n x -B 5", "-n x -Y", "--zz"]) {
    const { code, asked } = await called(attrdUpdater, words);
    assert.deepEqual([code, asked.length], [64, 0], words);
  }
});

Deno.test("attrd_updater prints what the original prints", none, async () => {
  const found = await called(attrdUpdater, "-n x -Q", attrd({ x: "7" }));
  assert.deepEqual([found.code, found.out], [0, 'name="x" host="alice" value="7"\n']);
  const missing = await called(attrdUpdater, "-n x -Q -A", attrd({}));
  assert.deepEqual([missing.code, missing.out], [105, ""]);
  assert.deepEqual(missing.asked[0], {
    type: "attrd/query",
    id: "1",
    lifetime: "reboot",
    name: "x",
    node: "*",
  });
  const gone = await called(attrdUpdater, "-n x -N no -U 1", () => ({
    type: "attrd/updated",
    id: "1",
    ok: false,
    why: "no such node",
    error: "no is not a member",
  }));
  assert.deepEqual([gone.code, gone.err], [105, "no is not a member\n"]);
});

Deno.test(
  "what a daemon would drop unanswered is refused at once, and nothing is sent",
  none,
  async () => {
    const long = "A".repeat(100_000);
    const hostile: readonly (readonly [Program, readonly string[]])[] = [
      [attrdUpdater, ["-n", "x", "-U", "\x1b[31mred"]],
      [attrdUpdater, ["-n", "x", "-U", "\ud800"]],
      [attrdUpdater, ["-n", "x", "-U", "\0"]],
      [attrdUpdater, ["-n", "x", "-U", long]],
      [attrdUpdater, ["-n", "__proto__", "-U", "1"]],
      [attrdUpdater, ["-n", "x\x07", "-U", "1"]],
      [attrdUpdater, ["-n", "x", "-U", "1", "-N", `a${long}`]],
      [attrdUpdater, ["-Q", "-n", "x\x07"]],
      [crmAttribute, ["-n", "x", "-v", "\x1b[31mred", "-l", "forever"]],
      [crmAttribute, ["-n", "x\x01", "-v", "1", "-l", "reboot"]],
      [crmMaster, ["-v", "\x1b", "-l", "reboot"]],
    ];
    for (const [program, args] of hostile) {
      const { code, err, asked } = await called(program, args, attrd({}), "pg");
      assert.equal(code, 64, JSON.stringify(args));
      assert.match(err, /^(Cannot ask for that: .* expected .*|.*limit.*|.*at most.*)/);
      assert.ok(err.length < 300);
      assert.ok(asked.every(({ type }) => type === "cib/query"));
    }
  },
);

Deno.test("crm_attribute: which attribute of which lifetime", none, async () => {
  const cases: readonly (readonly [string, Record<string, unknown>])[] = [
    ["-N bob -l reboot --name x -v 5", { node: "bob", lifetime: "reboot" }],
    ["-N bob -l forever -n x -v 5", { node: "bob", lifetime: "forever" }],
    ["-l reboot -n x -v 5", { lifetime: "reboot" }],
    ["-N bob -n x -v 5", { node: "bob", lifetime: "forever" }],
    ["-t nodes -N bob -n x -v 5 --lifetime=forever", { node: "bob", lifetime: "forever" }],
    ["-t status -n x -v 5", { lifetime: "reboot" }],
    ["-t nodes --node bob -z -n x -v 5", { node: "bob", lifetime: "utilization" }],
  ];
  for (const [words, more] of cases) {
    const { code, asked } = await called(crmAttribute, words, attrd({}));
    assert.equal(code, 0, words);
    assert.deepEqual(asked, [{
      type: "attrd/update",
      id: "1",
      update: { change: "set", name: "x", value: "5", ...more },
    }], words);
  }
  const promotion = await called(crmAttribute, "--promotion -v 5", attrd({}), "web:1");
  assert.deepEqual(promotion.asked, [{
    type: "attrd/update",
    id: "1",
    update: { change: "set", name: "master-web", lifetime: "reboot", value: "5" },
  }]);
  const master = await called(crmMaster, "-l reboot -D -N bob", attrd({}), "web");
  assert.deepEqual(master.asked, [{
    type: "attrd/update",
    id: "1",
    update: { change: "delete", name: "master-web", lifetime: "reboot", node: "bob" },
  }]);
  assert.equal((await called(crmMaster, "-v 5")).code, 1);
  assert.equal((await called(crmAttribute, "-p -v 5")).code, 64);
  assert.equal((await called(crmAttribute, "-t tickets -n a -G")).code, 3);
  assert.equal((await called(crmAttribute, "-P x -G")).code, 3);
});

Deno.test("crm_attribute prints what the original prints", none, async () => {
  const print = async (words: string, values: Record<string, string>) => {
    const { code, out, err } = await called(crmAttribute, words, attrd(values));
    return [code, out, err];
  };
  const noSuch = "Error performing operation: No such device or address\n";
  assert.deepEqual(await print("-N a -n x -l forever -G", { x: "off" }), [
    0,
    "scope=nodes  name=x value=off\n",
    "",
  ]);
  assert.deepEqual(await print("-N a -n x -l reboot -G", { x: "7" }), [
    0,
    "scope=status  name=x value=7\n",
    "",
  ]);
  assert.deepEqual(await print("-N a -n x -l reboot -Gq", { x: "7" }), [0, "7\n", ""]);
  assert.deepEqual(await print("-N a -n x -l reboot -G", {}), [105, "", noSuch]);
  assert.deepEqual(await print("-N a -n x -l reboot -G -q -d 5", {}), [0, "5\n", ""]);
  assert.deepEqual(await print("--name x --query --quiet --default=", {}), [0, "\n", ""]);
  assert.deepEqual(await print("-N a -l forever -n x -D", { x: "1" }), [
    0,
    "Deleted nodes attribute: id=nodes-1-x name=x\n",
    "",
  ]);
  assert.deepEqual(await print("-t crm_config -n stonith-enabled -G", {}), [
    0,
    "scope=crm_config  name=stonith-enabled value=true\n",
    "",
  ]);
  assert.deepEqual(await print("--type=crm_config --name=no --query -q --default=true", {}), [
    0,
    "true\n",
    "",
  ]);
  assert.deepEqual(await print("-n no", {}), [105, "", noSuch]);
  const standby = await called(crmStandby, "-G -N alice", attrd({}));
  assert.equal(standby.out, "scope=nodes  name=standby value=off\n");
  const failures = await called(
    crmFailcount,
    "-G -r d -N alice",
    attrd({ "fail-count-d#start_0": "1", "fail-count-d#monitor_0": "2", "fail-count-dd#x": "9" }),
  );
  assert.equal(failures.out, "scope=status  name=fail-count-d value=3\n");
});

Deno.test("options of the cluster are written as a client writes", none, async () => {
  const written = async (words: string) =>
    (await called(crmAttribute, words, attrd({}))).asked.flatMap((message) =>
      message.type === "cib/apply" ? message.changes : []
    );
  assert.deepEqual(await written("-t crm_config -n stonith-enabled -v false"), [{
    op: "modify",
    path: "/cib/configuration/crm_config/cluster_property_set[@id='s']/nvpair[@id='s-f']",
    set: { value: "false" },
  }]);
  assert.deepEqual(await written("--type crm_config --name a_REPL -s redis_replication -v x<y"), [{
    op: "create",
    path: "/cib/configuration/crm_config",
    xml: `<cluster_property_set id="redis_replication"><nvpair id="redis_replication-a_REPL" ` +
      `name="a_REPL" value="x&lt;y"/></cluster_property_set>`,
  }]);
  assert.deepEqual(await written("-t rsc_defaults -n a -v 1"), [{
    op: "create",
    path: "/cib/configuration",
    xml: `<rsc_defaults><meta_attributes id="rsc_defaults-options"><nvpair ` +
      `id="rsc_defaults-options-a" name="a" value="1"/></meta_attributes></rsc_defaults>`,
  }]);
});

Deno.test("crm_node names nodes, members and quorum", none, async () => {
  const answer = (service: string, message: Message) =>
    service === "ccm"
      ? {
        type: "status/answer",
        id: "1",
        status: { view: { quorate: true, members: [{ node: "bob" }, { node: "alice" }] } },
      }
      : attrd({})(service, message);
  const cases = {
    "-n": "alice\n",
    "-i": "1\n",
    "-l": "1 alice member\n2 bob member\n3 carol lost\n",
    "-l -p": "bob alice \n",
    "-q": "1\n",
    "-N 2": "bob\n",
  };
  for (const [words, out] of Object.entries(cases)) {
    assert.equal((await called(crmNode, words, answer)).out, out, words);
  }
  assert.equal((await called(crmNode, "-N 9", answer)).code, 105);
  assert.equal((await called(crmNode, "-R bob", answer)).code, 3);
});

Deno.test(
  "crm_resource reads and writes parameters, finds a resource, and bans it",
  none,
  async () => {
    const written = async (words: string) => {
      const { asked, out } = await called(crmResource, words, attrd({}));
      return [out, ...asked.flatMap((one) => one.type === "cib/apply" ? one.changes : [])];
    };
    assert.deepEqual(await called(crmResource, "-Q -r d -z -g cpu").then(({ out }) => out), "3\n");
    const no = await called(crmResource, "-Q -r d -z -g no");
    assert.deepEqual([no.code, no.err], [0, "Attribute 'no' not found for 'd'\n"]);
    assert.equal((await called(crmResource, "-Q -r nope -z -g no")).code, 105);
    assert.deepEqual(await written("-r d -z -p mem -v 5"), [
      "Set 'd' option: id=d-u-mem set=d-u name=mem value=5\n",
      {
        op: "create",
        path: "/cib/configuration/resources/primitive[@id='d']/utilization[@id='d-u']",
        xml: '<nvpair id="d-u-mem" name="mem" value="5"/>',
      },
    ]);
    assert.deepEqual((await written("-r pg --meta -p target-role -v Stopped"))[1], {
      op: "create",
      path: "/cib/configuration/resources/clone[@id='c']/primitive[@id='pg']",
      xml: `<meta_attributes id="pg-meta_attributes"><nvpair id="pg-meta_attributes-target-role" ` +
        `name="target-role" value="Stopped"/></meta_attributes>`,
    });
    assert.deepEqual(await written("--resource=d --utilization --delete-parameter=cpu"), [
      "Deleted 'd' option: id=d-u-cpu name=cpu\n",
      {
        op: "delete",
        path: "/cib/configuration/resources/primitive[@id='d']/utilization[@id='d-u']" +
          "/nvpair[@id='d-u-cpu']",
      },
    ]);
    assert.deepEqual(await written("-B -r pg -N alice -Q"), ["", {
      op: "create",
      path: "/cib/configuration/constraints",
      xml: `<rsc_location id="cli-ban-c-on-alice" rsc="c" role="Started" node="alice" ` +
        `score="-INFINITY"/>`,
    }]);
    const found = await called(crmResource, "-r pg -W");
    assert.equal(
      found.out,
      "resource pg is running on: alice Promoted\nresource pg is running on: bob\n",
    );
    assert.equal((await called(crmResource, "-l")).out, "d\npg\n");
    assert.equal((await called(crmResource, "--list-operations -N alice")).code, 3);
  },
);

Deno.test("cibadmin shows the CIB, a section, or what a path names", none, async () => {
  const show = async (...words: string[]) => (await called(cibadmin, words)).out;
  assert.equal(
    await show("-Q", "--xpath", "//node_state[@crmd='online']//nvpair[@name='x']"),
    '<nvpair id="status-1-x" name="x" value="a &quot;b&quot; &amp;"/>\n',
  );
  assert.equal(
    await show("-Q", "-A", "/cib/configuration/nodes/node[@id]"),
    '<xpath-query>\n  <node id="1" uname="alice">\n    <instance_attributes id="nodes-1">\n' +
      '      <nvpair id="nodes-1-standby" name="standby" value="on"/>\n' +
      '    </instance_attributes>\n  </node>\n  <node id="2" uname="bob"/>\n' +
      '  <node id="3" uname="carol"/>\n</xpath-query>\n',
  );
  assert.match(await show("-Q", "-o", "constraints"), /^<constraints\/>\n$/);
  assert.equal((await called(cibadmin, "-Q --xpath //nope")).code, 105);
  assert.equal((await called(cibadmin, ["-Q", "--xpath", "count(//node)"])).code, 3);
  assert.equal((await called(cibadmin, "--delete --xpath //node")).code, 3);
  // The whole of it is the same document.
  assert.equal(stringify(readCib(await show("-Q"))), stringify(readCib(cib)));
});

Deno.test("crm_mon shows what agents look for", none, async () => {
  const { out } = await called(crmMon, "-1 --output-as=xml");
  assert.ok(parse(out));
  // As pgsql, galera, redis and rabbitmq-cluster look at it.
  assert.match(out, /<node name="alice" .* online="true"/);
  assert.match(out, /<node name="carol" .* online="false".* unclean="true"/);
  assert.match(
    out,
    /<resource id="pg" .* role="Promoted" active="true" orphaned="false".* failed="false"/,
  );
  assert.match(out, /<resource id="pg" .* role="Unpromoted"/);
  assert.match(out, /<resource id="d" .* role="Started"/);
  assert.match(out, /<attribute name="x" value="a &quot;b&quot; &amp;"\/>/);
  assert.equal(select(readXml(out), "//nodes//node[@online='true'][@standby='false']").length, 1);
  const text = (await called(crmMon, "-1")).out;
  assert.match(text, /Online: \[ bob \]/);
  assert.match(text, /Node alice: standby/);
  assert.match(text, /Node carol: UNCLEAN \(offline\)/);
  for (const words of ["", "-d -p x", "-1 --output-as=html", "-h file"]) {
    assert.equal((await called(crmMon, words)).code, 3, words);
  }
});

Deno.test("a path may compare an attribute with a number, as crmsh asks for a node", () => {
  const cib = readXml('<cib><a id="1"/><a id="01"/><a id="x"/><a/></cib>');
  assert.equal(select(cib, "/cib/a[@id=1]").length, 2);
  assert.equal(select(cib, "/cib/a[@id='1']").length, 1);
  assert.equal(select(cib, "/cib/a[@id=2]").length, 0);
});

Deno.test("where resources are follows from their operations, in their order", none, () => {
  const root = readXml(cib);
  assert.deepEqual(
    placesOf(root).map(({ resource, node, role }) => `${resource} ${node} ${role}`),
    [
      "pg alice Promoted",
      "d alice Stopped",
      "pg bob Unpromoted",
      "d bob Started",
      "d carol Stopped",
    ],
  );
  assert.deepEqual(nodesOf(root).map(({ name, isDc }) => `${name} ${isDc}`), [
    "alice false",
    "bob true",
    "carol false",
  ]);
});

Deno.test(
  "the small XML reader takes what the cib writes, and refuses what is cut off",
  none,
  () => {
    const text = `<a b="&lt;&#65;&#x42;&gt;" c='"'><!-- <d/> --><d/><e f=""></e></a>`;
    assert.equal(
      writeXml(readXml(text)),
      '<a b="&lt;AB&gt;" c="&quot;">\n  <d/>\n  <e f=""/>\n</a>\n',
    );
    for (const wrong of ["", "<a>", "<a></b>", "<a b=c/>", "text", "<a", "<a><b></a></b>"]) {
      assert.throws(() => readXml(wrong), SyntaxError, wrong);
    }
    assert.throws(() => readXml("<a>".repeat(300)), SyntaxError);
  },
);

Deno.test("a name without a program, and a node that is not there", none, async () => {
  const said: string[] = [];
  const run = (...words: string[]) =>
    main(words, (text) => said.push(text), (text) => said.push(text));
  assert.equal(await run("crm_verify", "/nowhere"), 64);
  assert.match(said.join(""), /expected one of attrd_updater, /);
  assert.equal(await run("toString", "/nowhere"), 64);
  assert.equal(await run("crm_node", "/nowhere", "", "-n"), 102);
});

Deno.test("each program has a script that the shell takes, whatever its paths are", none, () => {
  const places = { deno: "/opt/it's/deno", project: "/opt/a b", socket: "/run/ha/cluster.sock" };
  const scripts = launchers(places);
  assert.deepEqual(
    [...scripts.keys()].sort(),
    [
      ...programNames,
      "ha_logger",
      "ocf_log",
      "pacemakerd",
    ].sort(),
  );
  for (const [name, text] of scripts) {
    assert.ok(text.startsWith(`#!/bin/sh\n${mark}\n`), name);
    assert.doesNotMatch(text, /--allow-(?:all|run|env|ffi|sys)|-A /);
  }
  assert.match(scripts.get("crm_node") ?? "", /'\/opt\/it'\\''s\/deno' run --no-prompt/);
});

Deno.test(
  "people get what agents get, where nothing more is asked and no shadow copy is active",
  none,
  () => {
    const names = ["cibadmin", "crm_mon", "crm_node", "crm_resource"];
    const scripts = launchers({
      deno: "/opt/deno",
      project: "/opt/ha",
      socket: "/run/ha/cluster.sock",
      tools: { names, run: "/run/ha" },
    });
    const quick = (name: string) =>
      /^if (.*); then\nexec .*\n.*unix:\$socket.*\n.*compat\/main\.ts.*\n +(\w+) /m.exec(
        scripts.get(name) ?? "",
      )?.slice(1);
    const may = '[ -z "${CIB_shadow-}" ] && [ -w "$socket" ]';
    assert.deepEqual(quick("crm_node"), [may, "crm_node"]);
    const isQuery = 'case "$1" in -Q*|--query) true ;; *) false ;; esac';
    assert.deepEqual(quick("cibadmin"), [`${isQuery} && ${may}`, "cibadmin"]);
    assert.equal(quick("crm_mon"), undefined);
    assert.match(scripts.get("crm_resource") ?? "", /^2:--list-ocf-alternatives:\*\/\*\) ;;$/m);
  },
);
