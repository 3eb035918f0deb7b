import assert from "node:assert/strict";
import { readNodeConfig } from "../../site/node_config/read.ts";
import { readLogdCf } from "./logd_cf.ts";

const pure = { permissions: "none" } as const;

const base = {
  ...{ cluster: "c", node: "a", nodes: ["a"], state: "/s", run: "/r", authkeys: "/k" },
  media: [{ plugin: "medium/ucast", address: "127.0.0.1", peers: [] }],
};

Deno.test("logd.cf becomes a section log that a node can use", pure, () => {
  const { log, diagnostics } = readLogdCf(`# as Debian has it
logfile /var/log/ha-log
debugfile	/var/log/ha-debug   # both
logmode 0600
logfacility local3
syslogprefix linux-ha
useapphbd no
`);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(log, {
    socket: "/var/lib/heartbeat/log_daemon",
    outputs: [
      { type: "file", path: "/var/log/ha-log", level: "info", mode: "0600" },
      { type: "file", path: "/var/log/ha-debug", mode: "0600" },
      { type: "syslog", facility: "local3", prefix: "linux-ha" },
    ],
  });
  const checked = readNodeConfig(JSON.stringify({ ...base, log }));
  assert.ok(checked.ok, JSON.stringify(checked));
});

Deno.test("what cannot be carried over is reported with its line", pure, () => {
  const { log, diagnostics } = readLogdCf(
    "logfacility none\nentity me\nuseapphbd yes\nsendqlen 9000\nrecvqlen 256\nsyslogmsgfmt true\n" +
      "logfile ha.log\nlogmode rw\nnonsense 1\ndebugfile /var/log/d\n",
  );
  assert.deepEqual(
    diagnostics.map(({ severity, line, path }) => `${line} ${severity} ${path.at(-1)}`),
    [
      "2 warning entity",
      "3 warning useapphbd",
      "4 warning sendqlen",
      "5 warning recvqlen",
      "6 warning syslogmsgfmt",
      "7 error logfile",
      "8 error logmode",
      "9 error nonsense",
    ],
  );
  assert.deepEqual(log, {
    socket: "/var/lib/heartbeat/log_daemon",
    outputs: [{ type: "file", path: "/var/log/d", mode: "0644" }],
    queueLines: 9_000,
  });
});

Deno.test(
  "without a word the original writes to syslog; with none of its outputs there is no section",
  pure,
  () => {
    assert.deepEqual(readLogdCf("").log?.outputs, [{ type: "syslog", facility: "daemon" }]);
    assert.equal(readLogdCf("logfacility none\n").log, undefined);
  },
);
