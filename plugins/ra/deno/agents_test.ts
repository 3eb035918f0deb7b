/**
 * The agents of the class: each keeps to the conformance suite, and does what it says.
 *
 * @module
 */
import assert from "node:assert/strict";
import { pause } from "../../../metadata/timer.ts";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/ra/conformance.ts";
import type { RaOperation } from "../../handler/ra/contract.ts";
import {
  testingFolder,
  testingPermissions,
  writeProgram,
} from "../../handler/ra/testing_agents.ts";
import { testingHost } from "../../handler/testing_host.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const folder = testingFolder("agents");
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const config = { cluster: `agents${Deno.pid}`, node: "alice", secrets: `${folder}/secrets` };
const port = 20_000 + (Deno.pid * 7) % 20_000;
const url = `http://127.0.0.1:${port}/health`;

/** An interface with its addresses, each a line, as ip shows them. */
const ip = writeProgram(
  `${folder}/ip`,
  `#!/bin/sh
echo "$*" >>${folder}/ip.log
case "$*" in
*"address show"*)
  [ -f ${folder}/down ] && flags='"BROADCAST"' || flags='"UP"'
  [ -f ${folder}/gone ] && { echo 'Device "ha0" does not exist.' >&2; exit 1; }
  printf '[{"flags":[%s],"addr_info":[' $flags
  first=1
  while read -r one; do
    [ -n "$first" ] || printf ,
    first=
    printf '{"local":"%s","prefixlen":%s}' "\${one%/*}" "\${one#*/}"
  done <${folder}/held 2>/dev/null
  echo ']}]' ;;
*"address add"*) shift 3; echo "$1" >>${folder}/held ;;
*"address del"*) shift 3; grep -vxF "$1" ${folder}/held >${folder}/left; mv ${folder}/left ${folder}/held ;;
esac
exit 0
`.replaceAll("\\$", "$"),
);
Deno.writeTextFileSync(`${folder}/held`, "");
const arping = writeProgram(`${folder}/arping`, `#!/bin/sh\necho "$*" >>${folder}/arping.log\n`);
const address = { address: "192.0.2.7", prefix: "24", nic: "ha0", ip, arping };
const sleep = { program: "/bin/sleep", arguments: "600" };

let good = true;
let server: Deno.HttpServer | undefined;
Deno.test.beforeAll(() => {
  server = Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, (request) => {
    if (request.headers.get("authorization") === "Bearer sesame") {
      return new Response("secret page");
    }
    return good ? new Response("all is well") : new Response("broken", { status: 500 });
  });
});
Deno.test.afterAll(() => server?.shutdown());

const parameters: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Address: address,
  Command: sleep,
  Dummy: { state: `${folder}/dummy` },
  HttpProbe: { url, state: `${folder}/probe` },
  Stateful: { state: `${folder}/stateful` },
};
for (const [type, given] of Object.entries(parameters)) {
  const agent = { provider: "pils", type };
  conform(clauses, { manifest, plugin, config, given: { agent, parameters: given } });
}

const permissions = {
  run: [Deno.execPath(), "/bin/sh"],
  read: [...testingPermissions.read],
  write: [...testingPermissions.write],
};
const api = plugin(config, testingHost());
async function run(
  type: string,
  action: string,
  change: Readonly<Record<string, string>> = {},
  more: Partial<RaOperation> = {},
) {
  return await (await api).run({
    resource: `one-${type}`,
    agent: { type },
    action,
    intervalMs: 0,
    timeoutMs: 20_000,
    parameters: { ...parameters[type], ...change },
    ...more,
  });
}

Deno.test(
  "Stateful has a role, and tells a promotion score with each",
  { permissions },
  async () => {
    const told = async (action: string) => {
      const { rc, promotion, output } = await run("Stateful", action, { promoted: "20" });
      return [action, rc, promotion, output];
    };
    const seen = [];
    for (
      const action of ["promote", "start", "monitor", "promote", "monitor", "demote", "monitor"]
    ) {
      seen.push(await told(action));
    }
    assert.deepEqual(seen, [
      ["promote", 7, undefined, ""],
      ["start", 0, 5, ""],
      ["monitor", 0, 5, ""],
      ["promote", 0, 20, ""],
      ["monitor", 8, 20, ""],
      ["demote", 0, 5, ""],
      ["monitor", 0, 5, ""],
    ]);
    assert.deepEqual((await told("stop")).slice(1), [0, null, ""]);
  },
);

Deno.test("Command starts its program with its arguments, and sees that it has ended", {
  permissions,
}, async () => {
  const program = writeProgram(
    `${folder}/program`,
    `#!/bin/sh\nprintf '%s|' "$PWD" "$HA_RESOURCE" "$HA_PASSWORD" "$@" >${folder}/said\nexec sleep 600\n`,
  );
  const change = {
    program,
    arguments: JSON.stringify(["a b", "$HOME", ""]),
    folder,
    password: "open sesame",
  };
  try {
    assert.equal((await run("Command", "start", change)).rc, 0);
    const expected = `${folder}|one-Command|open sesame|a b|$HOME||`;
    // The program has begun when its interpreter has read it.
    while (await Deno.readTextFile(`${folder}/said`).catch(() => "") !== expected) await pause(10);
    const line = await new Deno.Command("/bin/sh", {
      args: [
        "-c",
        "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'open [s]esame' || true",
      ],
    }).output();
    assert.equal(new TextDecoder().decode(line.stdout).trim(), "0", "a secret is no argument");
  } finally {
    assert.equal((await run("Command", "stop", change)).rc, 0);
  }
  assert.equal((await run("Command", "monitor", change)).rc, 7);
  const short = await run("Command", "start", { program: "/bin/false", arguments: "" });
  assert.equal(short.rc, 1, "a program that ends at once is not started");
  const wrong = await run("Command", "start", { arguments: '["a"' }, { timeoutMs: 2_000 });
  assert.notEqual(wrong.rc, 0);
});

Deno.test(
  "HttpProbe fails by status, text and host, with the reason",
  { permissions },
  async () => {
    assert.equal((await run("HttpProbe", "start", { text: "well" })).rc, 0);
    try {
      assert.match(
        (await run("HttpProbe", "monitor", { text: "unwell" })).reason ?? "",
        /"unwell" is not/,
      );
      good = false;
      const failed = await run("HttpProbe", "monitor");
      assert.equal(failed.rc, 1);
      assert.match(failed.reason ?? "", /status 500; expected 200/);
      assert.equal((await run("HttpProbe", "monitor", { status: "500" })).rc, 0);
      assert.equal((await run("HttpProbe", "monitor", { token: "sesame", text: "secret" })).rc, 0);
      const nobody = await run("HttpProbe", "monitor", { url: `http://127.0.0.1:${port + 1}/` });
      assert.match(nobody.reason ?? "", /127\.0\.0\.1/);
    } finally {
      good = true;
      assert.equal((await run("HttpProbe", "stop")).rc, 0);
    }
  },
);

Deno.test("Address adds, announces and removes what is its own", { permissions }, async () => {
  const log = async (name: string) => (await Deno.readTextFile(`${folder}/${name}.log`)).trim();
  await Deno.writeTextFile(`${folder}/ip.log`, "");
  await Deno.writeTextFile(`${folder}/arping.log`, "");
  await Deno.writeTextFile(`${folder}/held`, "192.0.2.1/24\n");
  const { rc, output } = await run("Address", "start");
  assert.equal(rc, 0);
  assert.match(output, /announced 3 times by/);
  assert.match(await log("ip"), /^-4 address add 192\.0\.2\.7\/24 dev ha0$/m);
  assert.equal(await log("arping"), "-q -U -c 3 -w 2 -I ha0 192.0.2.7");
  assert.equal(await Deno.readTextFile(`${folder}/held`), "192.0.2.1/24\n192.0.2.7/24\n");
  // The prefix by which it is held counts, not the one that is configured by now.
  assert.equal((await run("Address", "stop", { prefix: "16" })).rc, 0);
  assert.equal(await Deno.readTextFile(`${folder}/held`), "192.0.2.1/24\n");
});

Deno.test(
  "Address: another spelling, no arping, no link, no interface",
  { permissions },
  async () => {
    const six = { address: "2001:db8::7", prefix: "64", arping: "/nowhere/arping" };
    await Deno.writeTextFile(`${folder}/held`, "2001:db8:0:0:0:0:0:7/64\n");
    assert.equal((await run("Address", "monitor", six)).rc, 0);
    const { rc, output } = await run("Address", "start", six);
    assert.equal(rc, 0);
    assert.match(output, /not announced: .*name a gateway/);
    await Deno.writeTextFile(`${folder}/down`, "");
    assert.match((await run("Address", "monitor", six)).reason ?? "", /ha0 is down/);
    await Deno.writeTextFile(`${folder}/gone`, "");
    assert.equal((await run("Address", "monitor", six)).rc, 7);
    assert.equal((await run("Address", "stop", six)).rc, 0);
    assert.equal((await run("Address", "start", six)).rc, 1);
    await Deno.remove(`${folder}/down`);
    await Deno.remove(`${folder}/gone`);
    assert.equal((await run("Address", "start", { prefix: "64" })).rc, 6);
  },
);
