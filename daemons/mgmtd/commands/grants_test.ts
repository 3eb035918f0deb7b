/**
 * Every command of `ha` under its real grant: in the process that `ha` starts for it, with the flags
 * that it asked for. A command without a call here fails the test.
 *
 * @module
 */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { allCommands } from "./mod.ts";
import { tokenText } from "../cluster/join/token.ts";
import { type Called, ha } from "./testing/ha_child.ts";
import { realCluster, until } from "./testing/real_cluster.ts";
import { permissions } from "./testing/site.ts";

const lock = "--lock=site/plugins.lock.json";
const agent = `<?xml version="1.0"?><resource-agent name="probe"><longdesc lang="en">A</longdesc>
<shortdesc lang="en">A</shortdesc><parameters/><actions><action name="start" timeout="1s"/></actions>
</resource-agent>`;

/** A node that is made beside those that run. */
const newNode = "--address 127.0.0.1 --config dora/node.json --state dora/state --run dora/run";
/** A token of a node that is not there: nobody listens at this port. */
const token = tokenText({
  address: "127.0.0.1",
  port: 9,
  endsS: 1_800_000_000,
  fingerprint: new Uint8Array(32),
  secret: new Uint8Array(16),
});

/**
 * Calls by command, in the order in which they can be made, with the exit code that is right. `RUN` is
 * the run folder of a node.
 */
const calls: readonly (readonly [command: string, words: string, code: number])[] = [
  ["status", "--run RUN", 0],
  ["status", "--run RUN --json -1", 0],
  ["status", "--run nowhere", 102],
  ["doctor", "--run RUN --check quorum --check files --check ports --check plugins", 0],
  ["doctor", "--list", 0],
  ["doctor", "--check nothing --run RUN", 105],
  ["node config check", "RUN/../node.json", 0],
  ["node config check", "nowhere.json", 65],
  ["node config show", "RUN/../node.json --json", 0],
  ["node config form", "RUN/../node.json --set deadtimeMs=3000", 0],
  ["node config form", "RUN/../node.json --set deadtimeMs=1", 78],
  ["node config form", "--schema", 0],
  ["why", "web --run RUN", 0],
  ["why", "web -x cib.xml", 0],
  // These nodes have no logd.
  ["log level", "--run RUN", 69],
  ["app ls", "--run RUN", 69],
  ["app ls", "--run nowhere", 102],
  ["app beat", "web --interval 3s --run nowhere", 102],
  ["app beat", "web --interval soon --run RUN", 64],
  ["explain", "HA9999", 105],
  ["explain", "[ha9001] --json", 0],
  ["simulate", "-L -S --run-folder RUN", 0],
  ["simulate", "-x cib.xml -S -s -I in.xml -O out.xml -G graph.xml -D graph.dot", 0],
  ["simulate", "--batch cases --out results", 0],
  ["simulate", "-P cases", 0],
  ["why", "not web bob --run RUN --json", 0],
  ["why", "bob --run RUN", 0],
  ["resource classes", lock, 0],
  ["resource agents", lock, 0],
  ["resource describe", `deno:pils:WebServer ${lock}`, 0],
  ["resource describe", "probe.xml", 0],
  ["resource describe", `deno:WebSever ${lock}`, 105],
  ["resource try", `deno:pils:Dummy stop state=/nowhere/state ${lock}`, 0],
  ["resource try", `deno:pils:Dummy monitor state=relative ${lock}`, 2],
  ["resource cleanup", "web --run RUN", 0],
  ["resource cleanup", "web nobody --run RUN", 105],
  ["resource ls", "--run RUN", 0],
  ["resource show", "web --run RUN", 0],
  ["resource create", "extra deno:pils:Dummy state=/nowhere/x --disabled --run RUN", 0],
  ["resource create", "typo deno:pils:Dummy stat=/nowhere/x --run RUN", 78],
  ["resource create", "in_file ocf:heartbeat:Dummy --file cib.xml --dry-run", 0],
  ["resource set", "extra resource-stickiness=5 --meta --run RUN", 0],
  ["resource unset", "extra resource-stickiness --meta --run RUN", 0],
  ["resource op", "extra monitor interval=30s --run RUN", 0],
  ["resource stop", "extra --run RUN", 0],
  ["resource start", "extra --dry-run --run RUN", 0],
  ["resource manage", "extra --run RUN", 0],
  ["resource unmanage", "extra --dry-run --run RUN", 0],
  ["resource ban", "extra bob --run RUN", 0],
  ["resource move", "extra bob --run RUN --dry-run", 0],
  ["resource clear", "extra --run RUN", 0],
  ["resource refresh", "extra --run RUN", 0],
  ["resource group", "many extra --run RUN", 0],
  ["resource ungroup", "many --run RUN", 0],
  ["resource clone", "extra --run RUN --dry-run", 0],
  ["resource promotable", "extra --run RUN --dry-run", 0],
  ["resource unclone", "extra --run RUN", 65],
  ["resource restart", "extra --run RUN", 65],
  ["resource wait", "--run RUN", 0],
  ["constraint location", "extra bob -INFINITY --run RUN --reason test", 0],
  ["constraint order", "web then extra --run RUN", 0],
  ["constraint colocation", "extra with web 5 --run RUN", 0],
  ["constraint ticket", "t extra --run RUN", 0],
  ["constraint ls", "extra --run RUN --json", 0],
  ["constraint rm", "nothing --run RUN", 105],
  ["tag create", "both web extra --run RUN", 0],
  ["tag ls", "--run RUN", 0],
  ["tag rm", "both --run RUN", 0],
  ["acl role create", "operators --run RUN", 0],
  ["acl permit", "operators write --xpath //resources --run RUN", 0],
  ["acl permit", "operators write --xpath //a[1] --run RUN", 2],
  ["acl target add", "alice operators --run RUN", 0],
  ["acl group add", "ops operators --run RUN", 0],
  ["acl ls", "--run RUN", 0],
  ["acl check", "alice --group ops --run RUN", 0],
  ["acl unpermit", "operators-write --run RUN", 0],
  ["acl target rm", "alice --run RUN", 0],
  ["acl role rm", "--run RUN operators", 65],
  ["acl group rm", "ops operators --run RUN", 0],
  ["acl role rm", "operators --run RUN", 0],
  ["rule ls", "--run RUN --at 2026-12-24", 0],
  ["rule check", "nothing --run RUN", 105],
  ["ticket ls", "--run RUN", 0],
  ["ticket grant", "t --run RUN", 0],
  ["ticket standby", "t --run RUN", 0],
  ["ticket activate", "t --run RUN", 0],
  ["ticket revoke", "t --run RUN", 0],
  ["alert add", "note log --run RUN", 0],
  ["alert set", "note level=info --select nodes --timeout 5s --run RUN", 0],
  ["alert ls", "--run RUN", 0],
  ["alert test", "nobody --run RUN", 105],
  ["alert approve", `/nowhere/agent ${lock} --yes`, 105],
  ["alert rm", "note --run RUN", 0],
  ["events", "--kind configuration --since 1h --run RUN", 0],
  ["events", "--state nowhere --run nowhere", 102],
  ["resource delete", "extra --run RUN --wait", 0],
  ["cluster init", `--no-start --node dora --port 47123 ${newNode}`, 0],
  ["cluster init", `--node dora --no-start --port 47123 ${newNode}`, 108],
  ["cluster start", "--config alice/node.json", 0],
  ["cluster stop", "--config dora/node.json", 0],
  ["cluster token", "--config alice/node.json --port 47124", 0],
  ["cluster status", "--config alice/node.json --json", 0],
  ["cluster token", "--config alice/node.json --close", 0],
  ["cluster leave", "--config dora/node.json", 107],
  ["cluster leave", "--config dora/node.json --forgotten", 0],
  ["cluster leave", "--config dora/node.json --purge", 65],
  ["cluster recover", "--config alice/node.json", 107],
  ["cluster restart", "--config alice/node.json", 64],
  ["cluster restart", "--config alice/node.json --rolling --cancel", 0],
  ["cluster join", `${token} --node dora ${newNode.replaceAll("dora/", "other/")}`, 69],
  ["cluster join", "HA1-token", 64],
  ["node ls", "--run RUN", 0],
  ["node attribute", "alice rack=1 --run RUN", 0],
  ["node utilization", "alice cpu=4 --run RUN", 0],
  ["node standby", "bob --run RUN --dry-run", 0],
  ["node online", "bob --run RUN", 0],
  ["node maintenance", "bob on --run RUN --dry-run", 0],
  ["node forget", "bob --dry-run --run RUN", 65],
  ["node forget", "nobody --run RUN", 105],
  ["log", "--log cib.xml --level warning", 0],
  ["report", "report.tar --log cib.xml --run RUN", 0],
  ["man", "resource", 0],
  ["man", "--to pages", 0],
  ["resource create", "typo deno:pils:Dummy stat=/nowhere/x --dry-run --run RUN", 78],
  ["configure verify", "--run RUN", 0],
  ["configure show", "--run nowhere --state nowhere", 102],
  ["option set", "cluster-delay=61s --run RUN", 0],
  ["option ls", "--run RUN", 0],
  ["option unset", "cluster-delay --run RUN", 0],
  ["configure show", "--xml --run RUN", 0],
  ["configure history", "--run RUN", 0],
  ["configure undo", "--run RUN --reason test", 0],
  ["configure backup", "backup.xml --run RUN", 0],
  ["configure diff", "backup.xml --run RUN", 0],
  ["configure apply", "backup.xml --run RUN", 0],
  ["configure restore", "backup.xml --run RUN", 0],
  ["configure edit", "--editor /bin/true --run RUN", 0],
  ["cib query", "/cib/configuration/nodes --run RUN", 0],
  ["cib patch", "patch.json --run RUN --dry-run", 0],
  ["api", "", 0],
  ["completion", "bash", 0],
  ["completion", "names --run RUN", 0],
  ["metrics", "--run RUN", 0],
  ["status", "--check --run nowhere", 2],
  ["fence devices", lock, 0],
  ["fence describe", `process ${lock} --json`, 0],
  ["fence describe", `fence_nowhere ${lock}`, 1],
  ["fence add", `process ${lock} --yes`, 105],
  ["fence try", `process hosts cluster=grants hostlist=alice ${lock}`, 0],
  ["fence try", `process explode ${lock}`, 64],
  ["fence test", "--run RUN", 0],
  ["fence test", "nobody --run RUN", 105],
  ["fence history", "--run RUN", 0],
  ["fence", "--run RUN", 64],
  ["fence", "nobody --yes --run RUN", 105],
  ["fence confirm", "alice --typed alice --run RUN", 65],
  ["fence confirm", "bob --typed bop --run RUN", 77],
  ["fence level ls", "--run RUN", 0],
  ["fence level add", "bob 1 nothing --run RUN", 105],
  ["fence level rm", "bob --run RUN", 105],
  ["resource secret set", "web text --secrets HERE/secrets --run RUN", 0],
  ["resource secret set", "web text --cib --secrets HERE/secrets --run RUN", 0],
  ["resource secret set", "wed text --cib --secrets HERE/secrets --run RUN", 105],
  ["resource secret set", "web ../text --secrets HERE/secrets", 64],
  ["resource secret show-hash", "web text --secrets HERE/secrets", 0],
  ["resource secret ls", "--secrets HERE/secrets", 0],
  ["resource secret check", "web --secrets HERE/secrets --run RUN", 0],
  ["resource secret check", "--secrets HERE/other --run RUN", 1],
  ["resource secret check", "--secrets HERE/secrets --run nowhere", 0],
  ["resource secret rm", "web text --secrets HERE/secrets", 0],
  ["resource secret rm", "web txet --secrets HERE/secrets", 105],
  ["plugin ls", lock, 0],
  ["plugin ls", "--running --run RUN", 0],
  ["plugin describe", `stonith/process ${lock}`, 0],
  ["plugin configure", `stonith/process ${lock} --schema`, 0],
  ["plugin configure", `probe.xml ${lock} --html`, 0],
  ["plugin docs", `stonith/process ${lock} --to docs`, 0],
  ["plugin new", "notifier mine", 0],
  ["plugin sign", "notifier/mine --key=key.pem", 0],
  ["plugin check", `notifier/mine --no-check ${lock}`, 0],
  ["plugin check", "probe.xml", 0],
  ["plugin pack", "notifier/mine", 0],
  ["plugin add", `notifier/mine ${lock} --yes`, 0],
  ["plugin trust", `notifier/mine ${lock} --yes`, 0],
  ["plugin upgrade", `notifier/mine ${lock} --yes`, 0],
  ["plugin remove", `notifier/mine ${lock} --yes`, 0],
  ["plugin dev", `notifier/mine ${lock} --once --no-check`, 0],
  ["heartbeat clients", "--run RUN", 0],
  ["heartbeat weight", "alice 50 --run RUN", 0],
  ["heartbeat site", "alice north --run RUN", 0],
  ["heartbeat add", "dora --run RUN", 0],
  ["heartbeat remove", "dora --run RUN", 0],
  ["compat install", "programs --run RUN", 0],
  ["compat install", "/dev/null --run RUN", 1],
  ["compat run", "--run RUN crm_mon -- -1", 0],
  ["compat run", "--run RUN crm_diff -- -o cib.xml -n cib.xml", 0],
  ["compat run", "--run RUN cibadmin -- --query --scope nodes", 0],
  ["compat run", "nothing", 64],
  ["wire decode", "packet --authkeys authkeys", 65],
  ["wire check", "vectors.json", 0],
  ["configure import", "ha.cf --interface eth0=10.0.0.1/24", 0],
  ["configure verify", "cib.xml", 0],
];

Deno.test("each command runs under the grant that it asks for, and needs no more", {
  permissions: { ...permissions, net: ["127.0.0.1"] },
}, async (test) => {
  await using cluster = await realCluster("grants", ["alice", "bob"]);
  const { folder: here } = cluster;
  const run = cluster.run("alice");
  await Deno.mkdir(`${here}/cases`);
  await Deno.mkdir(`${here}/site`);
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  await Deno.writeTextFile(`${here}/key.pem`, pem, { mode: 0o600 });
  await Deno.copyFile(`${here}/cib.xml`, `${here}/cases/one.xml`);
  await Deno.writeTextFile(`${here}/probe.xml`, agent);
  await Deno.writeTextFile(`${here}/ha.cf`, "node alice\nbcast eth0\nwatchdog /dev/watchdog\n");
  await Deno.writeTextFile(`${here}/packet`, "no packet");
  await Deno.writeTextFile(`${here}/vectors.json`, "[]");
  await Deno.writeTextFile(
    `${here}/patch.json`,
    '[{"op":"modify","path":"/cib/configuration/nodes/node[@id=\'bob\']","set":{"type":"member"}}]',
  );
  await until(
    () => ha(here, ["status", "--json", "--run", run]),
    ({ code, out }) => code === 0 && /"Started"/.test(out) && !/"pending"/.test(out),
  );
  const missing = (await allCommands()).map(({ path }) => path.join(" "))
    .filter((path) => !calls.some(([command]) => command === path));
  assert.deepEqual(missing, [], "every command is called");
  // What an author does with a plugin concerns no node: it goes on beside the rest.
  const authors = calls.filter(([command]) => authored.test(command));
  const others = calls.filter(([command]) => !authored.test(command));
  const made = new Map<string, Called>();
  await Promise.all([authors, others].map(async (lane) => {
    for (const [command, words] of lane) {
      const all = `${command} ${words}`.trim().split(" ").map((word) =>
        /^RUN(?=\/|$)/.test(word) ? word.replace("RUN", run) : word.replace(/^HERE\//, `${here}/`)
      );
      const input = command === "resource secret set" ? "a secret text\n" : undefined;
      made.set(`${command} ${words}`, await ha(here, all, input));
    }
  }));
  for (const [command, words, code] of calls) {
    await test.step(`ha ${command} ${words}`, () => {
      const called = made.get(`${command} ${words}`);
      assert.ok(called);
      assertGranted(called);
      assert.equal(called.code, code, called.out + called.err);
    });
  }
});

/** Commands of an author, each of which needs the one before it. */
const authored = /^plugin (?:new|sign|check|pack|add|trust|upgrade|remove|dev)$/;

/** Nothing that was said is about a right that is not there. */
function assertGranted({ out, err }: Called): void {
  assert.doesNotMatch(out + err, /NotCapable|Requires \w+ access|--allow-\w+ flag/);
}
