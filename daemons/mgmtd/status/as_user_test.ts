import assert from "node:assert/strict";
import { project } from "../commands/testing/site.ts";
import { connectAsUser } from "../as_user.ts";
import { exit } from "../exit.ts";
import { codeOf, statusOf } from "./show_status.ts";

const cib = `<cib have-quorum="1" dc-uuid="1" epoch="1" num_updates="0" admin_epoch="0">
<configuration><crm_config/><nodes><node id="1" uname="alice"/></nodes><resources/><constraints/>
</configuration><status><node_state id="1" uname="alice" in_ccm="true" crmd="online" join="member"
 expected="member"/></status></cib>`;

Deno.test("a user who may read no more than the CIB sees it, and what is not known", () => {
  const report = { cib, answers: {}, results: undefined, silent: [], asUser: true } as const;
  const { text, data, view } = statusOf(report, 0);
  assert.match(text, /^WARNING: This user may read the CIB .* is not known \[HA0025\]\. Fix: /);
  assert.match(text, /Online: \[ alice \]/);
  // Nothing that it may not ask is shown as if it did not answer.
  assert.doesNotMatch(text, /does not answer|Node asked/);
  assert.equal(data.current, false);
  assert.deepEqual(data.codes, ["HA0025"]);
  assert.equal(codeOf(view), exit.permission);
});

const scratch = `${project}/.test`;
const sockets = [`${scratch}/as_user/cluster.sock`, `${scratch}/as_user/heartbeat.sock`];

Deno.test("a user whom no rule lets in hears which right is missing", {
  permissions: { read: [scratch], write: [scratch], net: sockets.map((path) => `unix:${path}`) },
}, async () => {
  const [cluster = "", heartbeat = ""] = sockets;
  await Deno.mkdir(`${scratch}/as_user`, { recursive: true });
  // As heartbeat does with users of no rule.
  const listener = Deno.listen({ transport: "unix", path: heartbeat });
  const closing = (async () => {
    for await (const connection of listener) connection.close();
  })();
  try {
    await assert.rejects(connectAsUser(cluster), (error) => {
      assert.ok(error instanceof Deno.errors.PermissionDenied, String(error));
      assert.match(error.message, /may not connect .*\[HA0025\]\. Fix: .*"client": "ha", "gids"/);
      return true;
    });
  } finally {
    listener.close();
    await closing;
    await Deno.remove(`${scratch}/as_user`, { recursive: true });
  }
});
