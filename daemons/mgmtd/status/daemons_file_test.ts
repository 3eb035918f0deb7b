import assert from "node:assert/strict";
import { daemonLines, daemonsOf, daemonWarnings } from "./daemons_file.ts";
import { codeOf, statusOf } from "./show_status.ts";

Deno.test("daemons that do not run, or were restarted, are shown", { permissions: "none" }, () => {
  const read = daemonsOf({
    daemons: [
      { name: "heartbeat", state: "running", restarts: 0, last: "" },
      { name: "lrmd", state: "silent", restarts: 2, last: "was ended by SIGKILL" },
      { name: 7, state: "running", restarts: 0 },
      null,
    ],
    givenUp: "",
  }, 0);
  assert.ok(read);
  assert.deepEqual(daemonLines(read), [
    "  * Daemon lrmd: silent, restarted 2 times; it was ended by SIGKILL",
  ]);
  assert.deepEqual(daemonWarnings(read), [
    "daemon lrmd is silent; it was ended by SIGKILL [HA9005]",
  ]);
  const hung = { name: "lrmd", state: "running", restarts: 1, last: "it hung and died" };
  assert.deepEqual(daemonLines({ daemons: [hung], givenUp: "" }), [
    "  * Daemon lrmd: running, restarted once; it hung and died",
  ]);
  const given = daemonsOf({ daemons: [], givenUp: "too many restarts" }, 0);
  assert.ok(given);
  assert.deepEqual(daemonWarnings(given), ["the node was given up: too many restarts [HA9006]"]);
  for (const wrong of [null, 1, {}, { daemons: {} }]) assert.equal(daemonsOf(wrong, 0), undefined);
});

Deno.test("a daemon that only its parent watches counts too", { permissions: "none" }, () => {
  const answers = { ccm: { view: { quorate: true } }, cib: { synced: true } };
  const report = { cib: undefined, answers, results: undefined, silent: [] };
  const of = (state: string) => ({
    daemons: [{ name: "pengine", state, restarts: 0, last: "" }],
    givenUp: "",
  });
  const { view, text } = statusOf(report, 0, of("silent"));
  assert.match(text, /\* Daemons: pengine is silent\n/);
  assert.equal(codeOf(view, of("silent")), 69);
  assert.equal(codeOf(view, of("running")), 0);
  assert.match(statusOf(report, 0, of("running")).text, /\* Daemons: all answer\n/);
});

Deno.test("a file whose writer is silent says that, and nothing of the daemons", {
  permissions: "none",
}, () => {
  const answers = { ccm: { view: { quorate: true } }, cib: { synced: true } };
  const report = { cib: undefined, answers, results: undefined, silent: [] };
  const file = {
    daemons: [{ name: "lrmd", state: "waiting", restarts: 3, last: "was ended by SIGKILL" }],
    givenUp: "",
    writer: { pid: 41, atMs: 1_000_000, everyMs: 1_000 },
  };
  const fresh = daemonsOf(file, 1_005_000);
  assert.equal(fresh?.silent, undefined);
  assert.equal(fresh?.daemons.length, 1);
  for (const nowMs of [1_020_000, 980_000]) {
    const old = daemonsOf(file, nowMs);
    assert.ok(old);
    const { view, text } = statusOf(report, 0, old);
    assert.match(
      text,
      /^WARNING: the recovery manager \(process 41\) has said nothing of its daemons for 20 s: .*Fix: /m,
    );
    assert.doesNotMatch(text, /lrmd/);
    assert.equal(codeOf(view, old), 69);
  }
  for (const writer of [undefined, null, 1, {}, { pid: "41", atMs: 0, everyMs: 0 }]) {
    assert.equal(daemonsOf({ ...file, writer }, 1e12)?.silent, undefined);
  }
});

Deno.test("a line break in what others say begins no line", { permissions: "none" }, () => {
  const forged = "\nWARNING: all is well";
  const id = forged.replace("\n", "&#10;");
  const cib = `<cib><configuration><nodes><node id="1" uname="alice${id}"/></nodes>
    <resources><primitive id="db${id}" class="ocf" type="x${id}"/></resources>
    </configuration><status/></cib>`;
  const answers = { ccm: { view: { quorate: true } }, heartbeat: { node: `alice${forged}` } };
  const silent = [{ daemon: `cib${forged}`, why: `it is ill${forged}` }];
  const daemons = [{ name: `a${forged}`, state: `b${forged}`, restarts: 1, last: `c${forged}` }];
  const { text } = statusOf({ cib, answers, results: undefined, silent }, 0, {
    daemons,
    givenUp: `d${forged}`,
  });
  assert.match(text, /db\\u000aWARNING/);
  assert.doesNotMatch(text, /^WARNING: all is well/m);
});
