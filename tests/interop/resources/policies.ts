/**
 * What a configuration can say of failures, instances and operations, with agents of the field on real
 * nodes. That nothing happens is seen by what happens later: another resource that starts.
 *
 * @module
 */
import assert from "node:assert/strict";
import { attempt, shell } from "./report.ts";
import { at, nodes, primitive, type Stage, until } from "./stage.ts";

const dummy = "ocf:heartbeat:Dummy";

/** An agent that writes down when it was called, and how; it runs while its file exists. */
const trace = `#!/bin/sh
state="$HA_RSCTMP/$OCF_RESOURCE_INSTANCE"
echo "$(date +%s.%N) $1 $OCF_RESKEY_CRM_meta_interval $OCF_CHECK_LEVEL" >>"$state.trace"
case "$1" in
meta-data) cat <<'END'
<?xml version="1.0"?><resource-agent name="Trace"><version>1.1</version>
<longdesc lang="en">x</longdesc><shortdesc lang="en">x</shortdesc><parameters/>
<actions><action name="start" timeout="20s"/></actions></resource-agent>
END
;;
start) : >"$state" ;;
stop) rm -f "$state" ;;
monitor) [ -f "$state" ] || exit 7 ;;
*) exit 3 ;;
esac
`;

/** Writes the agents of the test. */
export async function writeTraceAgent(): Promise<void> {
  await shell(`mkdir -p ${at}/agents/test && chmod 755 ${at}`);
  await Deno.writeTextFile(`${at}/agents/test/Trace`, trace, { mode: 0o755 });
}

/** Where Dummy runs: its files by node. */
async function whereIs(id: string): Promise<readonly string[]> {
  const files = await shell(`ls ${at}/*/Dummy-${id}.state 2>/dev/null || true`);
  return files.split("\n").filter(Boolean).map((file) => file.split("/").at(-2) ?? "");
}

const runsOnce = (id: string) => until(() => whereIs(id), (found) => found.length === 1);

/** Something later than all that was decided before it: a new resource has started. */
async function barrier(stage: Stage): Promise<void> {
  const id = `later-${crypto.randomUUID().slice(0, 8)}`;
  await stage.create(primitive(dummy, id));
  await runsOnce(id);
  await stage.remove("primitive", id);
  await until(() => whereIs(id), (found) => found.length === 0);
}

const failsBy = (id: string, node: string) => shell(`rm ${at}/${node}/Dummy-${id}.state`);
const counted = (stage: Stage, id: string) =>
  until(() => stage.cib(), (cib) => cib.includes(`name="fail-count-${id}#monitor_1000"`));

/** Creates a Dummy with a policy, lets it fail, and looks at what comes of it. */
async function onFail(
  stage: Stage,
  policy: string,
  then: (id: string, node: string) => Promise<void>,
): Promise<void> {
  await attempt(`on-fail="${policy}" with ${dummy}`, async () => {
    const id = `fail-${policy}`;
    const ops = [`name="monitor" interval="1s" timeout="20s" on-fail="${policy}"`];
    await stage.create(primitive(dummy, id, { ops }));
    const [node = ""] = await runsOnce(id);
    // The monitor has begun before the failure.
    await until(() => stage.cib(), (cib) => cib.includes(`operation_key="${id}_monitor_1000"`));
    await failsBy(id, node);
    await counted(stage, id);
    await then(id, node);
    await stage.ha(`resource cleanup ${id}`);
    await stage.remove("primitive", id);
    await until(() => whereIs(id), (found) => found.length === 0);
  });
}

/** Runs the part. */
export async function policies(stage: Stage): Promise<void> {
  await quietOnes(stage);
  await onFail(stage, "restart", async (id, node) => {
    assert.deepEqual(await runsOnce(id), [node]);
  });
  await onFail(stage, "standby", async (id, node) => {
    const [other] = await until(
      () => whereIs(id),
      (found) => found.length === 1 && found[0] !== node,
    );
    assert.notEqual(other, node);
    assert.match(await stage.ha("status"), new RegExp(`${node}.*standby`, "i"));
  });
  await forgotten(stage);
  await instances(stage);
  await operations(stage);
  await demoted(stage);
  await onFail(stage, "fence", async (id, node) => {
    if (node === "alice") return; // it is the one that is asked
    await until(() => whereIs(id), (found) => found.some((one) => one !== node));
    await until(
      () => stage.ha("status"),
      (text) => new RegExp(`${node}.*OFFLINE|OFFLINE.*${node}`).test(text),
    );
    stage.cluster.nodes.start(node);
    await shell(`rm -f ${at}/${node}/Dummy-${id}.state`);
    await until(() => stage.ha("status"), (text) => !/OFFLINE/.test(text));
  });
}

/** Policies by which nothing is recovered. */
async function quietOnes(stage: Stage): Promise<void> {
  await onFail(stage, "ignore", async (id) => {
    await barrier(stage);
    assert.deepEqual(await whereIs(id), []);
    assert.match(await stage.ha("status"), new RegExp(`${id}.*(Started|FAILED)`));
  });
  await onFail(stage, "block", async (id) => {
    await barrier(stage);
    assert.deepEqual(await whereIs(id), []);
    assert.match(await stage.ha("status"), new RegExp(`${id}.*blocked`));
  });
  await onFail(stage, "stop", async (id) => {
    await until(() => stage.ha("status"), (text) => new RegExp(`${id}.*Stopped`).test(text));
    await barrier(stage);
    assert.deepEqual(await whereIs(id), []);
  });
}

/** How failures, and all that is known, are forgotten. */
async function forgotten(stage: Stage): Promise<void> {
  const monitor = 'name="monitor" interval="1s" timeout="20s"';
  await attempt("migration-threshold moves it; failure-timeout forgets why", async () => {
    const meta = { "migration-threshold": "1", "failure-timeout": "4s" };
    await stage.create(primitive(dummy, "moves", { meta, ops: [monitor] }));
    const [node = ""] = await runsOnce("moves");
    await until(() => stage.cib(), (cib) => cib.includes('operation_key="moves_monitor_1000"'));
    await failsBy("moves", node);
    await counted(stage, "moves");
    await until(() => whereIs("moves"), (found) => found.length === 1 && found[0] !== node);
    await until(() => stage.cib(), (cib) => !cib.includes('name="fail-count-moves#monitor_1000"'));
    await stage.remove("primitive", "moves");
    await until(() => whereIs("moves"), (found) => found.length === 0);
  });
  await attempt("refresh notices what was changed without the cluster", async () => {
    await stage.create(primitive(dummy, "again"));
    const [node = ""] = await runsOnce("again");
    // Without a monitor, nobody sees it.
    await failsBy("again", node);
    await barrier(stage);
    assert.deepEqual(await whereIs("again"), []);
    await stage.ha("resource refresh again");
    await runsOnce("again");
    await stage.remove("primitive", "again");
    await until(() => whereIs("again"), (found) => found.length === 0);
  });
}

async function instances(stage: Stage): Promise<void> {
  await attempt(
    "a globally unique clone: each instance is one of its own, and recovered alone",
    async () => {
      const meta = { "globally-unique": "true", "clone-max": "4", "clone-node-max": "2" };
      const pairs = Object.entries(meta).map(([name, value]) =>
        `<nvpair id="gu-${name}" name="${name}" value="${value}"/>`
      ).join("");
      const one = primitive(dummy, "gu", { ops: ['name="monitor" interval="1s" timeout="20s"'] });
      await stage.create(
        `<clone id="gus"><meta_attributes id="gus-m">${pairs}</meta_attributes>${one}</clone>`,
      );
      const files = async () =>
        (await shell(`ls -i ${at}/*/Dummy-gu:*.state 2>/dev/null || true`)).split("\n").filter(
          Boolean,
        );
      const names = (found: readonly string[]) =>
        found.map((line) => /gu:\d/.exec(line)?.[0]).sort();
      const before = await until(files, (found) => found.length === 4);
      assert.deepEqual(names(before), ["gu:0", "gu:1", "gu:2", "gu:3"]);
      await until(
        () => stage.cib(),
        (cib) => (cib.match(/operation_key="gu[:\d]*_monitor_1000"/g) ?? []).length === 4,
      );
      await shell(`rm ${at}/*/Dummy-gu:2.state`);
      await until(() => stage.cib(), (cib) => cib.includes('name="fail-count-gu:2#monitor_1000"'));
      const after = await until(files, (found) => found.length === 4);
      const others = (found: readonly string[]) => found.filter((line) => !line.includes("gu:2"));
      assert.deepEqual(others(after), others(before), "no other instance was touched");
      await stage.remove("clone", "gus");
      await until(files, (found) => found.length === 0);
    },
  );
}

/** Calls of the Trace agent. */
async function calls(id: string) {
  const text = await shell(
    `cat ${nodes.map((node) => `${at}/${node}/${id}.trace`).join(" ")} 2>/dev/null || true`,
  );
  return text.split("\n").filter(Boolean).map((line) => {
    const [time = "", action = "", interval = "", level = ""] = line.split(" ");
    return { time: Number(time), action, interval, level };
  }).sort((one, other) => one.time - other.time);
}

async function operations(stage: Stage): Promise<void> {
  const agent = "ocf:test:Trace";
  const level = (value: string) =>
    `<instance_attributes id="t-l"><nvpair id="t-l1" name="OCF_CHECK_LEVEL" value="${value}"/></instance_attributes>`;
  await attempt("OCF_CHECK_LEVEL is that of the operation", async () => {
    const ops = ['name="monitor" interval="1s"', `name="monitor" interval="1500ms"|${level("10")}`];
    await stage.create(primitive(agent, "levels", { ops }));
    const all = await until(
      () => calls("levels"),
      (all) => ["1000", "1500"].every((interval) => all.some((call) => call.interval === interval)),
    );
    for (const { action, interval, level } of all) {
      if (action === "meta-data") continue;
      assert.equal(level, interval === "1500" ? "10" : "0", `${action} ${interval}`);
    }
    await stage.remove("primitive", "levels");
  });
  await attempt("start-delay delays the operation, and nothing else", async () => {
    const ops = ['name="monitor" interval="1s" start-delay="3s"'];
    await stage.create(primitive(agent, "delays", { ops }));
    const seen = await until(
      () => calls("delays"),
      (all) => all.some(({ interval }) => interval === "1000"),
    );
    const started = seen.find(({ action }) => action === "start")?.time ?? 0;
    const watched = seen.find(({ interval }) => interval === "1000")?.time ?? 0;
    assert.ok(watched - started >= 2.9, `${watched - started} s`);
    await stage.remove("primitive", "delays");
    return `${(watched - started).toFixed(2)} s after the start`;
  });
  await attempt("interval-origin sets the moments of a monitor", async () => {
    const ops = ['name="monitor" interval="5s" interval-origin="2026-01-01T00:00:02Z"'];
    await stage.create(primitive(agent, "origin", { ops }));
    const watched = async () =>
      (await calls("origin")).filter(({ interval }) => interval === "5000");
    const [, second, third] = await until(watched, (all) => all.length >= 3);
    const lateS = [second, third].map((call) => ((call?.time ?? 0) - 2) % 5);
    assert.ok(lateS.every((late) => late < 1.5), lateS.join());
    await stage.remove("primitive", "origin");
    return `${lateS.map((late) => late.toFixed(2)).join(" and ")} s after the moment`;
  });
}

async function demoted(stage: Stage): Promise<void> {
  const ops = [
    'name="monitor" interval="1s" role="Promoted" on-fail="demote"',
    'name="monitor" interval="2s" role="Unpromoted"',
  ];
  await attempt('on-fail="demote" with ocf:heartbeat:Stateful: demoted, not stopped', async () => {
    const one = primitive("ocf:heartbeat:Stateful", "role", { ops });
    const score = (node: string) =>
      `<rsc_location id="role-${node}" rsc="roles"><rule id="role-${node}-r" role="Promoted" score="${
        node === "bob" ? "100" : "10"
      }"><expression id="role-${node}-e" attribute="#uname" operation="eq" value="${node}"/></rule></rsc_location>`;
    await stage.create(
      `<clone id="roles"><meta_attributes id="roles-m"><nvpair id="roles-p" name="promotable" value="true"/>
</meta_attributes>${one}</clone>`,
    );
    for (const node of nodes) await stage.constrain(score(node));
    const roles = () => shell(`grep -s . ${at}/*/Stateful-role.state || true`);
    const isPromoted = (text: string) => /\/bob\/Stateful-role.state:master/.test(text);
    await until(roles, isPromoted);
    await until(() => stage.cib(), (cib) => cib.includes('operation_key="role_monitor_1000"'));
    const before = await shell(`stat -c %i ${at}/bob/Stateful-role.state`);
    await shell(`printf slave >${at}/bob/Stateful-role.state`);
    await until(() => stage.cib(), (cib) => cib.includes('name="fail-count-role#monitor_1000"'));
    await until(roles, isPromoted);
    assert.equal(
      await shell(`stat -c %i ${at}/bob/Stateful-role.state`),
      before,
      "it was never stopped",
    );
    await stage.apply(...nodes.map((node) => ({
      op: "delete" as const,
      path: `/cib/configuration/constraints/rsc_location[@id='role-${node}']`,
    })));
    await stage.remove("clone", "roles");
    await until(roles, (text) => text === "");
  });
}
