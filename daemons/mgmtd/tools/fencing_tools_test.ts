/**
 * The programs that ask daemons: `stonith_admin` and `cl_status`, as the originals answer; and `crm_error`.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Client } from "../../runtime/client.ts";
import type { Json, Message } from "../../runtime/messages.ts";
import { run } from "./testing/one_document.ts";

const cib =
  `<cib admin_epoch="0" epoch="5" num_updates="0"><configuration><crm_config/><nodes><node id="1" uname="n1"/>
<node id="2" uname="n2"/></nodes><resources><primitive id="fence" class="stonith" type="process"/>
<primitive id="app" class="ocf" provider="x" type="y"/></resources><constraints/></configuration><status/></cib>`;

/** What stonithd remembers, oldest first. */
const history: Json = [
  { target: "n2", action: "off", ok: false, delegate: "n1", asker: "tengine", detail: "hung" },
  { target: "n2", action: "reboot", ok: true, delegate: "n1", asker: "tengine", detail: "" },
].map((one, at) => ({ ...one, wallMs: Date.UTC(2026, 10, 30, 19, 10, 51 + at), tookMs: 5 }));

const heartbeat: Json = {
  node: "n1",
  status: "active",
  peers: [{ name: "n2", status: "dead", links: [{ link: "ucast0", state: "up" }] }],
  pings: [{ name: "router", status: "ping" }],
  links: [{ link: "ucast0", state: "up" }, { link: "serial1", state: "failed" }],
};

/** What was asked of stonithd. */
const asked: Message[] = [];

function answerTo(message: Message): Message {
  switch (message.type) {
    case "cib/query":
      return {
        type: "cib/document",
        id: message.id,
        version: { adminEpoch: 0, epoch: 5, numUpdates: 0 },
        xml: cib,
      };
    case "status/query": {
      const status = message.id.endsWith("stonithd") ? { history } : heartbeat;
      return { type: "status/answer", id: message.id, status };
    }
    case "fence/survey": {
      const device = { device: "fence", ok: true, detail: "on", tookMs: 1, hosts: ["n1", "n2"] };
      return {
        type: "fence/surveyed",
        id: message.id,
        silent: [],
        nodes: ["n1", "n2"].map((node) => ({ node, devices: [device] })),
      };
    }
    case "fence/describe": {
      const known = message.device === "process" ? { metaData: "<resource-agent/>" } : {};
      return { type: "fence/described", id: message.id, ...known };
    }
    case "fence/request":
    case "fence/confirm": {
      asked.push(message);
      const { id, target } = message;
      const ok = target === "n2";
      return {
        type: "fence/result",
        id,
        target,
        action: "off",
        ok,
        ...(ok ? { delegate: "n1" } : { error: "no device reaches it" }),
      };
    }
    default:
      throw new Error(`not expected: ${message.type}`);
  }
}

const client: Client = {
  send() {},
  ask(_service, message, matches) {
    const answer = answerTo(message);
    assert.ok(matches(answer));
    return Promise.resolve(answer);
  },
  services: () => [],
  closed: Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** What a call prints, and its exit code. */
async function said(program: string, ...args: readonly string[]): Promise<string> {
  const { code, text } = await run(program, args, client);
  return `${text}${code}`;
}

Deno.test("stonith_admin answers as the original does", async () => {
  assert.equal(await said("stonith_admin", "-L"), "fence\n1 fence device found\n0");
  assert.equal(await said("stonith_admin", "-l", "n2"), "fence\n1 fence device found\n0");
  assert.equal(await said("stonith_admin", "-l", "zzz"), "0 fence devices found\n0");
  assert.equal(await said("stonith_admin", "-s", "fence"), "n1\nn2\n2 fence targets found\n0");
  assert.equal(await said("stonith_admin", "-Q", "fence"), "0");
  assert.match(await said("stonith_admin", "-Q", "zzz"), /"zzz"\n105$/);
  assert.equal(await said("stonith_admin", "-M", "-a", "process"), "<resource-agent/>\n0");
  assert.match(await said("stonith_admin", "-M", "-a", "zzz"), /\n105$/);
  assert.match(await said("stonith_admin", "-M"), /\n64$/);
  const done = "reboot of n2 successful: delegate=n1, client=tengine";
  assert.equal(
    await said("stonith_admin", "-H", "n2"),
    `${done}, last-successful='2026-11-30 19:10:52Z'\n1 event found\n0`,
  );
  assert.equal(
    await said("stonith_admin", "-H", "*", "-V"),
    `${done}, completed='2026-11-30 19:10:52Z'\n` +
      "turning off of n2 failed: client=tengine, completed='2026-11-30 19:10:51Z', exit-reason='hung'\n" +
      "2 events found\n0",
  );
  assert.equal(await said("stonith_admin", "-H", "n2", "-q"), "1796065852\n0 events found\n0");
  assert.equal(await said("stonith_admin", "-H", "n1"), "0 events found\n0");
  assert.equal(await said("stonith_admin", "-h", "n1"), "Node n1 has never been fenced\n0");
  assert.match(await said("stonith_admin", "-h", "n2"), /^Node n2 last fenced at: .*\n0$/);
});

Deno.test("stonith_admin fences and confirms, and passes over nothing that it was given", async () => {
  asked.length = 0;
  assert.equal(await said("stonith_admin", "-F", "N2", "-t", "7", "--tag", "test"), "0");
  assert.equal(await said("stonith_admin", "--reboot=n2"), "0");
  assert.equal(await said("stonith_admin", "-C", "n2"), "0");
  const seen = asked.map((message) => {
    const { id: _, ...rest } = message as { readonly id: string };
    return rest;
  });
  assert.deepEqual(seen, [
    { type: "fence/request", target: "n2", action: "off", timeoutMs: 7000, reason: "ann: test" },
    { type: "fence/request", target: "n2", action: "reboot", timeoutMs: 120_000, reason: "ann" },
    { type: "fence/confirm", target: "n2", by: "ann" },
  ]);
  assert.match(await said("stonith_admin", "-F", "n1"), /Couldn't fence n1: no device.*\n1$/);
  asked.length = 0;
  for (
    const [args, code] of [
      [["-F", "zzz"], 105],
      [["-F"], 64],
      [["-F", "n2", "-t", "0"], 64],
      [["-F", "n2", "-y5"], 3],
      [["-F", "n2", "--tolerance=5"], 3],
      [["-F", "n2", "--output-as=xml"], 3],
      [["-R", "x", "-a", "fence_x"], 3],
      [["-H", "n2", "-c"], 3],
      [[], 64],
    ] as const
  ) {
    assert.ok((await said("stonith_admin", ...args)).endsWith(`\n${code}`), args.join(" "));
  }
  assert.deepEqual(asked, []);
});

Deno.test("cl_status says what heartbeat knows", async () => {
  assert.equal(await said("cl_status", "hbstatus"), "Heartbeat is running on this machine.\n0");
  assert.equal(await said("cl_status", "listnodes"), "n1\nn2\nrouter\n0");
  assert.equal(await said("cl_status", "listnodes", "-p"), "router\n0");
  assert.equal(await said("cl_status", "nodestatus", "n2"), "dead\n0");
  assert.equal(
    await said("cl_status", "nodestatus", "-m", "n1"),
    "The cluster node n1 is active\n0",
  );
  assert.equal(await said("cl_status", "nodetype", "router"), "ping\n0");
  assert.equal(await said("cl_status", "listhblinks", "n2"), "\tucast0\n0");
  assert.equal(
    await said("cl_status", "listhblinks", "-v", "n1"),
    "\tucast0: up\n\tserial1: failed\n0",
  );
  assert.equal(await said("cl_status", "hblinkstatus", "n2", "ucast0"), "up\n0");
  assert.match(await said("cl_status", "hblinkstatus", "n2", "eth7"), /\n2$/);
  assert.match(await said("cl_status", "nodestatus", "nobody"), /\n2$/);
  assert.match(await said("cl_status", "hbparameter", "-p", "deadtime"), /\n3$|\n64$/);
  assert.match(await said("cl_status"), /\n64$/);
});

Deno.test("crm_error says of each number what the original says", async () => {
  assert.equal(await said("crm_error", "-X", "105"), "No such object\n0");
  assert.equal(await said("crm_error", "-X", "-n", "105"), "CRM_EX_NOSUCH - No such object\n0");
  assert.equal(await said("crm_error", "5", "300"), "Input/output error\nUnknown error 300\n0");
  assert.equal(await said("crm_error", "-r", "--", "-1005"), "Node not found\n0");
  assert.equal(await said("crm_error", "-X", "137"), "Interrupted by signal\n0");
  assert.match(await said("crm_error", "five"), /\n64$/);
});

Deno.test("crm_error lists the same numbers as the original that is installed here", {
  permissions: { run: ["/bin/sh"] },
}, async () => {
  for (const kind of [["--list"], ["--list", "-r"], ["--list", "-X"]]) {
    const { code, stdout } = await new Deno.Command("/bin/sh", {
      args: ["-c", 'command -v crm_error >/dev/null || exit 9; crm_error "$@"', "sh", ...kind],
      clearEnv: true,
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      stdin: "null",
    }).output();
    if (code === 9) return console.log("Skipped: crm_error of Pacemaker is not installed");
    assert.equal(await said("crm_error", ...kind), `${new TextDecoder().decode(stdout)}0`);
  }
});
