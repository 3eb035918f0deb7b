/**
 * Every command of `ha` under its real grant: in the process that `ha` starts for it, with the flags
 * that it asked for. A command without a call here fails the test.
 *
 * @module
 */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { allCommands } from "./mod.ts";
import { type Called, ha } from "./testing/ha_child.ts";
import { realCluster, until } from "./testing/real_cluster.ts";
import { permissions } from "./testing/site.ts";

const lock = "--lock=site/plugins.lock.json";
const agent = `<?xml version="1.0"?><resource-agent name="probe"><longdesc lang="en">A</longdesc>
<shortdesc lang="en">A</shortdesc><parameters/><actions><action name="start" timeout="1s"/></actions>
</resource-agent>`;

/**
 * Calls by command, in the order in which they can be made, with the exit code that is right. `RUN` is
 * the run folder of a node.
 */
const calls: readonly (readonly [command: string, words: string, code: number])[] = [
  ["status", "--run RUN", 0],
  ["status", "--run RUN --json -1", 0],
  ["status", "--run nowhere", 102],
  ["why", "web --run RUN", 0],
  ["why", "web -x cib.xml", 0],
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
      const all = `${command} ${words}`.split(" ").map((word) => word === "RUN" ? run : word);
      made.set(`${command} ${words}`, await ha(here, all));
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
