/**
 * What `ha` prints for whole command lines that need no cluster, with their exit codes and the files
 * that they write, held against a golden text.
 *
 * @module
 */
import { assertGolden } from "../../../metadata/testing/golden.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import { help, parseCall } from "../parse_call.ts";
import { shown } from "../terminal.ts";
import { allCommands } from "./mod.ts";
import { project } from "./testing/site.ts";

const scratch = `${project}/.test`;
/** Where golden texts are written, if they are. */
const rewritten = Deno.args.includes("--rewrite") ? [`${project}/tests/golden`] : [];

/** Two nodes, a group that failed once, a clone, a ticket and capacities. */
const cib = `<cib epoch="7" num_updates="1" admin_epoch="0" have-quorum="1" dc-uuid="1"
  execution-date="1700000000" crm_feature_set="3.16.2" validate-with="pacemaker-3.9"><configuration>
<crm_config><cluster_property_set id="o"><nvpair id="o-s" name="fencing-enabled" value="false"/>
<nvpair id="o-p" name="placement-strategy" value="balanced"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="alice"><utilization id="n1-u"><nvpair id="n1-u-m" name="memory" value="8"/>
</utilization></node><node id="2" uname="bob"><instance_attributes id="n2-a">
<nvpair id="n2-a-s" name="standby" value="off"/></instance_attributes></node></nodes>
<resources><group id="site"><primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr2">
<operations><op id="ip-m" name="monitor" interval="10s"/></operations></primitive>
<primitive id="web" class="ocf" provider="heartbeat" type="apache"><utilization id="web-u">
<nvpair id="web-u-m" name="memory" value="2"/></utilization></primitive></group>
<clone id="all"><primitive id="ping" class="ocf" provider="pacemaker" type="ping"/></clone>
<primitive id="off" class="ocf" provider="pacemaker" type="Dummy"><meta_attributes id="off-m">
<nvpair id="off-m-r" name="target-role" value="Stopped"/></meta_attributes></primitive></resources>
<constraints><rsc_location id="near" rsc="site" node="alice" score="100"/>
<rsc_ticket id="t" rsc="off" ticket="grant" loss-policy="stop"/></constraints></configuration>
<status><node_state id="1" uname="alice" in_ccm="true" crmd="online" join="member" expected="member">
<lrm id="1"><lrm_resources><lrm_resource id="ip" class="ocf" provider="heartbeat" type="IPaddr2">
<lrm_rsc_op id="ip_last_0" operation_key="ip_start_0" operation="start" rc-code="0" op-status="0"
  call-id="5" interval="0" transition-key="1:1:0:x" transition-magic="0:0;1:1:0:x" op-digest="d"
  last-rc-change="1699999000" on_node="alice" exec-time="3" queue-time="0"/>
<lrm_rsc_op id="ip_monitor_10000" operation_key="ip_monitor_10000" operation="monitor" rc-code="7"
  op-status="0" call-id="6" interval="10000" transition-key="2:1:0:x" op-digest="d"
  transition-magic="0:7;2:1:0:x" last-rc-change="1699999500" on_node="alice" exit-reason="gone"/>
</lrm_resource></lrm_resources></lrm><transient_attributes id="1"><instance_attributes id="s-1">
<nvpair id="s-1-f" name="fail-count-ip#monitor_10000" value="1"/>
<nvpair id="s-1-l" name="last-failure-ip#monitor_10000" value="1699999500"/>
<nvpair id="s-1-p" name="pingd" value="100"/></instance_attributes></transient_attributes>
</node_state><node_state id="2" uname="bob" in_ccm="true" crmd="online" join="member"
  expected="member"><lrm id="2"><lrm_resources/></lrm></node_state></status></cib>`;

/** The files that are there before the first line. */
const files = {
  "cib.xml": cib,
  "broken.xml": "<cib><configuration></cib>",
  "odd.xml": cib.replace('<clone id="all">', '<clone id="site">'),
  "none.xml": "<other/>",
  "ha.cf": "node alice bob\nudpport 694\nbcast eth0\nkeepalive 1\ndeadtime 10\nautojoin none\n" +
    "ping 10.0.0.254\nnonsense 1\n",
  "haresources": "alice 10.0.0.7/24 apache::/etc/apache2\nbob Dummy\n",
};

const lines = [
  "simulate",
  "simulate -x cib.xml",
  "simulate -x cib.xml -p",
  "simulate -x broken.xml -S",
  "simulate -x none.xml -S",
  "simulate -x odd.xml -S",
  "simulate -x missing.xml",
  "simulate -x cib.xml -R --show-attrs -c",
  "simulate -x cib.xml -s -U",
  "simulate -x cib.xml -s -U -Q",
  "simulate -x cib.xml -S -Q",
  "simulate -x cib.xml -S -f alice -u carol -d bob",
  "simulate -x cib.xml -S -g grant -i web_monitor_0@bob=0 -F ip_start_0@bob=1",
  "simulate -x cib.xml -S -r grant -b grant -e grant -q false -w true",
  "simulate -x cib.xml -S -i nonsense -F none_start@bob -t yesterday -q maybe -w 2",
  "simulate -x cib.xml -S -t 2026-01-02T03:04:05Z",
  "simulate -x cib.xml -R -G graph.xml -D graph.dot -I in.xml",
  "simulate -x cib.xml -R -a -D all.dot",
  "simulate -x cib.xml -O out.xml",
  "simulate -x out.xml -X -g grant",
  "simulate -x out.xml",
  "simulate --batch .",
  "simulate --profile . --repeat none",
  "simulate --profile . --repeat 0",
  "simulate --batch . --out results",
  "simulate --batch . --out results --names names",
  "simulate --batch . --out results --names ha.cf -Q",
  "why -x cib.xml site",
  "why web -x cib.xml",
  "why ping -x cib.xml",
  "why off -x cib.xml",
  "why not off alice -x cib.xml",
  "why not site bob -x cib.xml",
  "why bob -x cib.xml",
  "why ip_start_0 -x cib.xml",
  "why nobody -x cib.xml",
  "why not site nobody -x cib.xml",
  "why web -x cib.xml --json",
  "why",
  "explain HA1004",
  "explain ha1004",
  "explain HA0000",
  "configure import ha.cf haresources",
  "wire decode",
  "wire decode ha.cf missing",
  "wire check",
  "status --nonsense",
  "statsu",
];

/** Runs one line in a folder. */
async function session(line: string, folder: string): Promise<string> {
  const words = line.split(" ");
  const said: string[] = [`$ ha ${line}`];
  const parsed = parseCall(await allCommands(), words);
  if (parsed.type === "help") return [...said, help(parsed.commands)].join("\n");
  if (parsed.type === "wrong") return [...said, parsed.text, ""].join("\n");
  const write = (text: string | readonly string[]) => void said.push(shown(text).trimEnd());
  const where = { project, here: folder, deno: "/bin/deno" };
  const io = { out: write, err: write, ask: () => undefined };
  const { command, call } = parsed;
  const code = await Promise.resolve().then(() => command.run(call, io, where))
    .catch((error: unknown) => `throws ${messageOf(error)}`);
  return `${[...said, `(${code})`].filter((one) => one !== "").join("\n")}\n`
    // Neither where the project lies, nor how long something took, nor the local time.
    .replace(/(last-\S+=')[^']*'/g, "$1...'")
    .replaceAll(folder, "/here").replaceAll(project, "/project").replace(/\d+\.\d{3} s/g, "N s");
}

/** Every file below a folder, with its text. */
function written(folder: string, below = ""): readonly string[] {
  return [...Deno.readDirSync(`${folder}${below}`)].sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap(({ name, isDirectory }) => {
      const path = `${below}/${name}`;
      if (isDirectory) return written(folder, path);
      return Object.hasOwn(files, name)
        ? []
        : [`== ${path}\n${Deno.readTextFileSync(`${folder}${path}`)}`];
    });
}

Deno.test("commands print, write and end as they did", {
  permissions: { read: [project], write: [scratch, ...rewritten] },
}, async () => {
  await Deno.mkdir(scratch, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: scratch, prefix: "session_" });
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    const told: string[] = [];
    for (const line of lines) told.push(await session(line, folder));
    assertGolden("mgmtd/session.txt", told.join("\n"));
    assertGolden("mgmtd/session_files.txt", written(folder).join("\n"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("help shows a command's options in columns, and several commands in lines", {
  permissions: { read: [project], write: rewritten },
}, async () => {
  const commands = await allCommands();
  const named = (first: string) => commands.filter(({ path }) => path[0] === first);
  assertGolden("mgmtd/help.txt", `${help(named("simulate"))}\n----\n${help(named("wire"))}`);
});
