/**
 * The project's own agents on real nodes: each fails, and the cluster recovers it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { nic } from "./cases.ts";
import { attempt, shell } from "./report.ts";
import { at, nodes, primitive, type Stage, until } from "./stage.ts";

const monitor = 'name="monitor" interval="1s" timeout="20s"';
const clean = (stage: Stage, id: string) =>
  until(() => stage.cib(), (cib) => !cib.includes(`"${id}_last_0"`));

/** Runs the part. */
export async function ownAgents(stage: Stage): Promise<void> {
  await command(stage);
  await httpProbe(stage);
  await address(stage, "10.9.0.77", "24");
  await address(stage, "fd00:9::77", "64");
  await stateful(stage);
}

async function command(stage: Stage): Promise<void> {
  const pid = async () => (await shell("pgrep -f '^/bin/sleep 7654321' || true")).trim();
  await attempt("deno:Command keeps a program running, and starts it again", async () => {
    const parameters = { program: "/bin/sleep", arguments: "7654321" };
    await stage.create(primitive("deno:pils:Command", "cmd", { parameters, ops: [monitor] }));
    const first = await until(pid, (found) => /^\d+$/.test(found));
    await shell(`kill -9 ${first}`);
    await until(pid, (found) => /^\d+$/.test(found) && found !== first);
    await stage.remove("primitive", "cmd");
    await until(pid, (found) => found === "");
    await clean(stage, "cmd");
  });
}

async function httpProbe(stage: Stage): Promise<void> {
  let good = true;
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("x", { status: good ? 200 : 503 }),
  );
  const url = `http://127.0.0.1:${server.addr.port}/`;
  await attempt("deno:HttpProbe fails with its page, in words, and recovers with it", async () => {
    const parameters = { url, state: `${at}/probe` };
    const meta = { "migration-threshold": "100" };
    await stage.create(
      primitive("deno:pils:HttpProbe", "probe", { parameters, meta, ops: [monitor] }),
    );
    const status = () => stage.ha("status");
    await until(status, (text) => /probe.*Started/.test(text));
    good = false;
    await until(status, (text) => text.includes("status 503; expected 200"));
    good = true;
    await stage.ha("resource cleanup probe");
    await until(status, (text) => /probe.*Started/.test(text) && !text.includes("503"));
    await stage.remove("primitive", "probe");
    await clean(stage, "probe");
  });
}

async function address(stage: Stage, address: string, prefix: string): Promise<void> {
  const id = address.includes(":") ? "six" : "four";
  const held = async () => (await shell(`ip -o address show dev ${nic}`)).includes(`${address}/`);
  const is = (wanted: boolean) => until(held, (one) => one === wanted);
  await attempt(`deno:Address holds ${address}, announces it, and adds it again`, async () => {
    const packets = `${at}/arp-${id}`;
    // Its other end is a neighbour that sees what is announced.
    const ear = new Deno.Command("/bin/sh", {
      args: ["-c", `exec tcpdump -lni ${nic}peer arp >${packets} 2>${packets}.said`],
      stdin: "null",
    }).spawn();
    try {
      await until(
        () => shell(`cat ${packets}.said 2>/dev/null || true`),
        (said) => said.includes("listening"),
      );
      const gateway = id === "six" ? "fd00:9::1" : "10.9.0.2";
      const parameters = { address, prefix, nic, gateway };
      await stage.create(primitive("deno:pils:Address", id, { parameters, ops: [monitor] }));
      await is(true);
      if (id === "four") {
        await until(() => shell(`cat ${packets}`), (seen) =>
          seen.includes(`tell ${address}`) ||
          seen.includes(`who-has ${address}`));
      }
      await shell(`ip address del ${address}/${prefix} dev ${nic}`);
      await is(true);
      await stage.remove("primitive", id);
      await is(false);
      await clean(stage, id);
    } finally {
      ear.kill("SIGTERM");
      await ear.status;
    }
  });
}

async function stateful(stage: Stage): Promise<void> {
  const sets = nodes.map((node) =>
    `<instance_attributes id="st-${node}"><rule id="st-${node}-r" score="10">
<expression id="st-${node}-e" attribute="#uname" operation="eq" value="${node}"/></rule>
<nvpair id="st-${node}-s" name="state" value="${at}/stateful-${node}"/></instance_attributes>`
  ).join("");
  const xml = `<clone id="states"><meta_attributes id="states-m">
<nvpair id="states-p" name="promotable" value="true"/></meta_attributes>
<primitive id="state" class="deno" provider="pils" type="Stateful">${sets}<operations>
<op id="state-m1" name="monitor" interval="1s" role="Promoted"/>
<op id="state-m2" name="monitor" interval="2s" role="Unpromoted"/></operations></primitive></clone>`;
  const promoted = async (): Promise<readonly string[]> =>
    (await shell(`grep -lx promoted ${at}/stateful-* 2>/dev/null || true`)).split("\n").filter(
      Boolean,
    )
      .map((file) => file.slice(file.lastIndexOf("-") + 1));
  await attempt("deno:Stateful: one is promoted, by the scores that agents tell", async () => {
    await stage.create(xml);
    await until(promoted, (found) => found.length === 1);
    const scores = (cib: string) =>
      [...cib.matchAll(/name="master-state"[^>]*/g)].map(String).join();
    await until(
      () => stage.cib(),
      (cib) =>
        (scores(cib).match(/value="5"/g) ?? []).length === 2 && scores(cib).includes('value="10"'),
    );
  });
  await attempt(
    "deno:Stateful: its promoted instance fails, and one is promoted again",
    async () => {
      const [node] = await promoted();
      await shell(`rm ${at}/stateful-${node}`);
      await until(() => stage.cib(), (cib) => /name="fail-count-state[^"]*"/.test(cib));
      await until(promoted, (found) => found.length === 1);
      await until(
        async () => (await shell(`ls ${at} | grep -c stateful-`)).trim(),
        (count) => count === "3",
      );
    },
  );
  await attempt("deno:Stateful: without it, no score is left", async () => {
    await stage.remove("clone", "states");
    await until(() => stage.cib(), (cib) => !cib.includes('name="master-state"'));
    assert.deepEqual(await promoted(), []);
    await clean(stage, "state");
  });
}
