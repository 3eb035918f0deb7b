/**
 * The recorded session on two machines of the lab: `crmsh_test.ts` starts it there.
 *
 * @module
 */
import { haWords } from "../../../daemons/mgmtd/commands/testing/ha_child.ts";
import { pause } from "../../../metadata/timer.ts";
import { LabCluster } from "../../lab/cluster.ts";
import { Observer } from "../../lab/observer.ts";
import { project } from "../../lab/spaces.ts";
import { type Answer, type Recorded, recordedIn, reducedOf, withDigest } from "./recorded.ts";

const nodes = ["n1", "n2"] as const;
const here = `${project}/tests/interop/crmsh`;
/** Milliseconds that the start may take, and that a query may take to be as recorded. */
const startMs = 60_000;
const patienceMs = 10_000;
const lookMs = 300;
/** Lines that change nothing: what they show may take a moment to come about. */
const queries =
  /^(?:status|configure show|resource (?:status|locate|constraints)|node show|\w+ \S+ \w+ show)/;

const cib = `<cib validate-with="pacemaker-3.9" crm_feature_set="3.16.1" admin_epoch="0" epoch="1"
 num_updates="0"><configuration><crm_config><cluster_property_set id="cib-bootstrap-options"><nvpair
 id="cib-bootstrap-options-cluster-name" name="cluster-name" value="pk"/></cluster_property_set></crm_config><nodes>${
  nodes.map((node, at) => `<node id="${at + 1}" uname="${node}"/>`).join("")
}</nodes><resources/><constraints/></configuration><status/></cib>`;

const session = recordedIn(await Deno.readTextFile(`${here}/session.txt`));
const times = { keepaliveMs: 200, deadtimeMs: 2_000 };
await using cluster = await LabCluster.write({ what: "crmsh", nodes, cib: () => cib, ...times });
await using observer = new Observer(cluster);
for (const node of nodes) await cluster.powerOn(node);
for (const node of nodes) cluster.start(node);
await Promise.all(nodes.map((node) => observer.listen(node)));
await observer.whole(startMs);
const { folder } = cluster.local;
const programs = `${folder}/programs`;
const ha = haWords(["compat", "install", programs, "--all", "--run", `${folder}/n1/run`]);
const installed = await onMachine('exec "$@"', ha);
if (installed.code !== 0) throw new Error(installed.lines.join("\n"));

// crmsh pings a node before it changes it, and does nothing, with exit code 0, where that fails.
await onMachine(
  `printf '%s\\n' "$@" >${folder}/hosts && mount --bind ${folder}/hosts /etc/hosts`,
  ["127.0.0.1 localhost", ...nodes.map((node) => `${cluster.machine(node).address} ${node}`)],
);
const waitScript = `PATH=${programs}:$PATH exec crm_resource --wait --timeout 60`;
const crmScript = `mkdir -p /var/log/crmsh 2>/dev/null; cd ${here}
PATH=${programs}:$PATH exec timeout 60 crm -F "$@"`;
let failed = 0;
for (const recorded of session) {
  const from = performance.now();
  const got = await play(recorded);
  const wanted = recorded.ours ?? recorded.theirs;
  const took = `${Math.round(performance.now() - from)} ms`;
  if (isSame(got, wanted)) console.log(`ok ${recorded.line} (${took})`);
  else {
    failed++;
    console.log(
      `FAILED ${recorded.line} (${took})\n${shown("recorded", wanted)}${shown("got", got)}`,
    );
  }
}
if (failed > 0) console.log(await cluster.logs());
Deno.exitCode = failed === 0 ? 0 : 1;

async function play(recorded: Recorded): Promise<Answer> {
  const { line } = recorded;
  if (line === "wait") return await onMachine(waitScript, []);
  const wanted = recorded.ours ?? recorded.theirs;
  for (const end = performance.now() + patienceMs;;) {
    const { code, lines } = await onMachine(crmScript, line.split(" "));
    const got = { code, lines: withDigest(line, lines) };
    if (isSame(got, wanted) || !queries.test(line) || performance.now() > end) return got;
    await pause(lookMs);
  }
}

async function onMachine(script: string, words: readonly string[]): Promise<Answer> {
  const { enter } = cluster.machine("n1");
  const { code, stdout } = await new Deno.Command("/bin/sh", {
    args: ["-c", 'exec "$@" 2>&1', "sh", ...enter, "/bin/sh", "-c", script, "sh", ...words],
    env: {
      PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
      XDG_CONFIG_HOME: folder,
      // For root, crmsh looks for shadow copies where Pacemaker keeps its own configuration.
      CIB_shadow_dir: folder,
      TERM: "dumb",
      LC_ALL: "C",
      INIT_CWD: folder,
      NO_COLOR: "1",
    },
    stdin: "null",
  }).output();
  return { code, lines: reducedOf(new TextDecoder().decode(stdout)) };
}

function isSame(one: Answer, other: Answer): boolean {
  return one.code === other.code && one.lines.join("\n") === other.lines.join("\n");
}

function shown(what: string, { code, lines }: Answer): string {
  return [`  ${what}: = ${code}`, ...lines.map((line) => `    ${line}`), ""].join("\n");
}
