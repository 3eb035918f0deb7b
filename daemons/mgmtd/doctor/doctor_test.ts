import assert from "node:assert/strict";
import { problem } from "../../../metadata/diagnostic.ts";
import { readAuthkeys } from "../../heartbeat/doors/configuration.ts";
import { clusterState, workingSet } from "../status/cluster_state.ts";
import { shown } from "../terminal.ts";
import { checks } from "./checks/mod.ts";
import type { Known } from "./facts.ts";
import { codeOf, findingsMax, judge } from "./judge.ts";
import { dataOf, linesOf } from "./show.ts";
import { cibWith, configWith, healthy } from "./testing/healthy.ts";

const good = healthy();

/** What is changed, what the check says then, and the exit code. */
interface Case {
  readonly check: string;
  readonly known: Partial<Known>;
  readonly says: RegExp;
  readonly code?: 0 | 1 | 2;
}

const link = (address: string, ...peers: readonly string[]) => ({
  media: [...good.config.media, {
    plugin: "medium/ucast",
    address,
    peers: peers.map((address) => ({ address })),
  }],
});
const heldBack = (more: Partial<Known["view"]["heldBack"]>): Partial<Known> => ({
  view: { ...good.view, heldBack: { ...good.view.heldBack, ...more } },
});
const peers = (more: object): Partial<Known> => ({
  heartbeat: {
    peers: good.heartbeat.peers.map((peer) => peer.name === "bob" ? { ...peer, ...more } : peer),
    packetBytes: undefined,
  },
});
const [disk] = good.disks;
const onDisk = (more: object): Partial<Known> => ({
  disks: disk === undefined ? [] : [{ ...disk, ...more }],
});
const failedOp = (rc: string, type = "Dummy") =>
  `<node_state id="bob" uname="bob" in_ccm="true"
  crmd="online" join="member" expected="member"><lrm id="bob"><lrm_resources><lrm_resource id="web"
  class="ocf" provider="heartbeat" type="${type}"><lrm_rsc_op id="web_last_0" operation="monitor"
  operation_key="web_monitor_0" interval="0" call-id="1" rc-code="${rc}" op-status="0"
  transition-key="1:1:7:a" transition-magic="0:${rc};1:1:7:a" on_node="bob"/></lrm_resource>
  </lrm_resources></lrm></node_state>`;
const stateOf = (status: string) => ({ cluster: clusterState(workingSet(cibWith({ status }), 0)) });
const weak = (text: string, mode = 0o600) => {
  const checked = readAuthkeys(text, mode);
  return { keys: checked.ok ? checked.warnings : checked.diagnostics };
};

const cases: readonly Case[] = [
  {
    check: "config",
    known: { configProblems: [problem(["media"], "no link", "none", "add one", "HA1003")] },
    says: /^error \(config\): media: no link: none \[HA1003\]\. Fix: add one$/,
  },
  { check: "reload", known: { unapplied: ["deadtimeMs"] }, says: /other values of deadtimeMs/ },
  {
    check: "files",
    known: { trust: [problem(["/etc/ha"], "everyone may write it", "x", "chmod o-w", "HA1005")] },
    says: /everyone may write it/,
  },
  { check: "keys", known: weak("auth 1\n1 sha1 x\n"), says: /has 1 of at least 8 characters/ },
  { check: "keys", known: weak("auth 1\n1 sha1 longenough\n", 0o644), says: /mode .* is 0644/ },
  {
    check: "plugins",
    known: { plugins: [problem(["a.ts"], "it differs", "pinned", "ha plugin trust", "HA2002")] },
    says: /it differs/,
  },
  {
    check: "name",
    known: { host: "debian" },
    says: /"debian" and the node is "alice": /,
    code: 1,
  },
  {
    check: "name",
    known: { host: "bob" },
    says: /"alice" is named as its node.*Fix: set/,
    code: 2,
  },
  {
    check: "addresses",
    known: { config: configWith(link("198.51.100.1", "198.51.100.2")) },
    says: /media\[2\]\.address: no interface of this machine has the address 198\.51\.100\.1/,
  },
  {
    check: "addresses",
    known: { config: configWith(link("0.0.0.0", "192.0.2.129")) },
    says: /192\.0\.2\.129 is an address of this machine itself/,
  },
  {
    check: "addresses",
    known: { config: configWith(link("0.0.0.0", "224.0.0.1")) },
    says: /224\.0\.0\.1 is the address of no machine/,
  },
  {
    check: "addresses",
    known: {
      config: configWith({
        media: [good.config.media[0], link("192.0.2.129", "127.0.0.9").media[2]],
      }),
    },
    says: /127\.0\.0\.9 never leaves this machine/,
  },
  {
    check: "ports",
    known: { receivers: [{ port: 694, program: "heartbeat", isOurs: false }] },
    says: /port 694: "heartbeat" receives on it/,
  },
  { check: "disk", known: onDisk({ freeKiB: 500_000 }), says: /488 MiB left/, code: 1 },
  {
    check: "disk",
    known: onDisk({ sizeKiB: 90_000, freeKiB: 10_000 }),
    says: /9 MiB left/,
    code: 2,
  },
  { check: "lasting-state", known: onDisk({ type: "tmpfs" }), says: /in memory \(tmpfs\)/ },
  {
    check: "service",
    known: { service: { enabled: "disabled", active: "active" } },
    says: /the unit is disabled.*Fix: systemctl enable ha$/,
  },
  {
    check: "service",
    known: { service: { enabled: "not-found", active: "" } },
    says: /no such unit/,
  },
  {
    check: "service",
    known: { service: { enabled: "enabled", active: "failed" } },
    says: /failed/,
  },
  { check: "log", known: { log: "/dev/null" }, says: /thrown away/ },
  { check: "log", known: { log: "/var/log/ha (deleted)" }, says: /was deleted/ },
  { check: "limits", known: { descriptors: 256 }, says: /256 files open/ },
  { check: "kernel", known: { buffers: { max: 212_992, usual: 65_536 } }, says: /rmem_default/ },
  { check: "clock", known: { synchronized: false }, says: /no time service/ },
  {
    check: "daemons",
    known: {
      daemons: {
        daemons: [{ name: "lrmd", state: "running", restarts: 2, last: "it hung" }],
        givenUp: "",
      },
    },
    says: /daemon lrmd: it was restarted 2 times: it hung \[HA9005\]/,
    code: 1,
  },
  {
    check: "daemons",
    known: { daemons: { daemons: [], givenUp: "five restarts" } },
    says: /error.*the node was given up: five restarts \[HA9006\]\. Fix: \w/,
  },
  { check: "running", known: { runs: false }, says: /no daemon of this node answers/, code: 1 },
  {
    check: "answers",
    known: { view: { ...good.view, silent: [{ daemon: "lrmd", why: "it hangs" }] } },
    says: /daemon lrmd: it does not answer: it hangs/,
  },
  { check: "answers", known: { view: { ...good.view, inStep: false } }, says: /coordinator's CIB/ },
  {
    check: "links",
    known: { view: { ...good.view, links: [{ name: "ucast0", state: "loading" }] } },
    says: /link ucast0: it is loading/,
  },
  {
    check: "redundancy",
    known: { config: configWith({ media: good.config.media.slice(0, 1) }) },
    says: /^info \(redundancy\)/,
    code: 0,
  },
  {
    check: "refused",
    known: heldBack({
      refused: [{
        why: "wrong signature",
        from: "192.0.2.2",
        link: "ucast0",
        count: 3,
        agoMs: 5_000,
      }],
    }),
    says: /error.*refused 3 packets from 192\.0\.2\.2.*\[HA5001\]\. Fix: /,
  },
  { check: "refused", known: heldBack({ held: ["web"] }), says: /web \[HA8003\]\. Fix: / },
  {
    check: "mtu",
    known: { heartbeat: { ...good.heartbeat, packetBytes: 1_000 } },
    says: /1000 bytes at most now/,
  },
  { check: "versions", known: peers({ versions: "2" }), says: /bob: 2; carol: 3/ },
  {
    check: "peer-clocks",
    known: peers({ aheadS: -90 }),
    says: /node bob: its clock was 90 s behind/,
  },
  {
    check: "quorum",
    known: { view: { ...good.view, quorate: false, members: ["alice"] } },
    says: /no quorum with alice/,
  },
  {
    check: "members",
    known: { view: { ...good.view, members: ["alice", "bob"] } },
    says: /node carol: it is configured and no member/,
  },
  {
    check: "members",
    known: { view: { ...good.view, strangers: ["eve"] } },
    says: /eve has the key.*\[HA6008\]\. Fix: /,
  },
  {
    check: "tie-break",
    known: {
      config: configWith({ nodes: ["alice", "bob"] }),
      view: { ...good.view, members: ["alice", "bob"] },
    },
    says: /two nodes have no tie-break/,
    code: 1,
  },
  {
    check: "fencing",
    known: {
      cib: cibWith({ options: '<nvpair id="f" name="stonith-enabled" value="false"/>' }),
      fencings: [],
    },
    says: /fencing is disabled/,
  },
  {
    check: "fence-coverage",
    known: { coverage: { ...good.coverage, nodes: good.coverage.nodes.slice(1) } },
    says: /node alice: no device that works can fence it/,
  },
  {
    check: "fence-coverage",
    known: {
      coverage: {
        ...good.coverage,
        devices: [{
          device: "power",
          from: "bob",
          ok: false,
          detail: "refused",
          tookMs: 1,
          hosts: [],
        }],
      },
    },
    says: /device power: it does not work from bob: refused/,
  },
  {
    check: "fence-coverage",
    known: { coverage: { ...good.coverage, silent: ["carol"] } },
    says: /carol/,
    code: 1,
  },
  { check: "fence-tested", known: { fencings: [] }, says: /no node remembers a fencing/ },
  {
    check: "watchdog",
    known: { config: configWith({ watchdog: undefined }) },
    says: /no watchdog/,
  },
  {
    check: "watchdog-armed",
    known: { view: { ...good.view, watchdog: { plugin: "watchdog/device", state: "failed" } } },
    says: /it is failed, so it does not watch/,
  },
  {
    check: "configuration",
    known: {
      cibLines: ['warning: a: "stonith-timeout" is old [HA3006]. Fix: use fencing-timeout'],
    },
    says: /^warning \(configuration\): a: "stonith-timeout" is old \[HA3006\]\. Fix: use fencing/,
    code: 1,
  },
  {
    check: "configuration",
    known: { cibLines: ["error: broken [HA3001]"] },
    says: /broken \[HA3001\]\. Fix: \w/,
    code: 2,
  },
  {
    check: "agents",
    known: { cib: cibWith({ status: failedOp("5", "pgsql") }) },
    says: /node bob: it does not have the agent ocf:heartbeat:pgsql/,
  },
  {
    check: "agents",
    known: { agentLines: ["error: ocf:x: not here [HA3013]. Fix: install it"] },
    says: /not here/,
  },
  {
    check: "resources",
    known: stateOf(failedOp("1")),
    says: /web_monitor_0.*Fix: .*ha resource cleanup web bob/,
  },
  {
    check: "moves",
    known: {
      cib: cibWith({
        constraints:
          '<rsc_location id="cli-ban-web-on-bob" rsc="web" node="bob" score="-INFINITY"/>',
      }),
    },
    says: /cli-ban-web-on-bob: a ban of "web" has no end/,
  },
  {
    check: "alerts",
    known: {
      alerts: [{
        alert: "mail",
        recipient: "",
        waiting: 1,
        delivered: 0,
        dropped: 0,
        failed: 2,
        error: "no route",
      }],
    },
    says: /Alerts do not reach mail.*no route \[HA7032\]\. Fix: \w/,
  },
];

Deno.test("of a healthy node, no check says anything", () => {
  const judged = judge(checks, { known: good, unknown: {} });
  assert.deepEqual(judged, { found: [], more: [], unchecked: [] });
  assert.equal(codeOf(judged), 0);
});

Deno.test("for each check there is a case in which it is the only one that speaks", async (test) => {
  const names = checks.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual([...new Set(cases.map(({ check }) => check))].sort(), [...names].sort());
  for (const [at, { check, known, says, code }] of cases.entries()) {
    await test.step(`${check} ${at}`, () => {
      const judged = judge(checks, { known: { ...good, ...known }, unknown: {} });
      const speakers = new Set(judged.found.map(({ check }) => check));
      assert.deepEqual([...speakers], [check], JSON.stringify(judged.found));
      assert.match(linesOf(judged, checks.length)[0] ?? "", says);
      for (const { finding } of judged.found) {
        assert.ok(finding.code !== undefined && finding.fix !== undefined, finding.what);
      }
      if (code !== undefined) assert.equal(codeOf(judged), code);
    });
  }
});

Deno.test("what a check needs and nobody knows is said, with the reason", () => {
  const { view: _view, ...rest } = good;
  const judged = judge(checks, { known: rest, unknown: { view: "the node is stopped" } });
  assert.deepEqual(judged.found, []);
  assert.deepEqual(
    judged.unchecked.map(({ check }) => check),
    checks.filter(({ needs }) => needs.includes("view")).map(({ name }) => name),
  );
  assert.ok(judged.unchecked.every(({ why }) => why === "the node is stopped"));
  const lines = linesOf(judged, checks.length);
  assert.match(lines[0] ?? "", /^not checked \(.*\bquorum\b.*\): the node is stopped \[HA0030\]$/);
  assert.match(lines.at(-1) ?? "", /^\d+ of \d+ checks: 0 errors, 0 warnings, 0 notes$/);
});

Deno.test("errors come first, and of many findings of a check the first ones", () => {
  const mistakes = Array.from({ length: 50 }, (_, at) => `warning: mistake ${at} [HA3005]`);
  const known = { ...good, cibLines: [...mistakes, "error: broken [HA3001]"], host: "bob" };
  const judged = judge(checks, { known, unknown: {} });
  assert.equal(judged.found[0]?.check, "name");
  assert.deepEqual(judged.more, [{ check: "configuration", count: 51 - findingsMax }]);
  assert.equal(codeOf(judged), 2);
});

Deno.test("text of strangers neither drives a terminal nor makes a line of its own", () => {
  const evil = "x\x1b[2J\nerror (files): all is lost\u202e";
  const known = {
    ...good,
    receivers: [{ port: 1, program: evil, isOurs: false }],
    cibLines: [`warning: ${evil.repeat(2_000)} [HA3005]`],
  };
  const { view: _view, ...rest } = known;
  const judged = judge(checks, { known: rest, unknown: { view: evil } });
  const lines = linesOf(judged, checks.length);
  for (const line of lines) assert.ok(line.length < 4_000, `${line.length}`);
  const text = shown(lines);
  // deno-lint-ignore no-control-regex -- it must not be there
  assert.doesNotMatch(text, /[\x1b\u202e]/);
  assert.equal(text.split("\n").filter((line) => line.startsWith("error (files)")).length, 0);
  assert.ok(JSON.stringify(dataOf(judged)).length < 20_000);
});
