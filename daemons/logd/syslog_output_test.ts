/** Lines to syslog: as datagrams, and to one that is not there or does not read. */
import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { lostLine, written } from "./format.ts";
import { SyslogOutput } from "./syslog_output.ts";
import type { Batch, LogLine, OutputConfig } from "./types.ts";

const project = filePath(new URL("../..", import.meta.url));
const folder = `${project}/.test/logd_syslog`;
const [theirs, own] = [`${folder}/dev.sock`, `${folder}/own.sock`];

const batch = (number: number, ...lines: readonly string[]): Batch => ({
  output: 0,
  number,
  lines,
  progress: [],
});
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

Deno.test("lines come to the socket of this machine, and wait while there is none", {
  permissions: {
    net: [`unix:${theirs}`, `unix:${own}`],
    read: [folder],
    write: [folder],
  },
}, async () => {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  const output = new SyslogOutput({ transport: "unixpacket", path: theirs }, own, 200);
  try {
    await assert.rejects(output.write(batch(1, "first", "second")));
    const syslog = Deno.listenDatagram({ transport: "unixpacket", path: theirs });
    await output.write(batch(1, "first", "second"));
    assert.deepEqual([textOf((await syslog.receive())[0]), textOf((await syslog.receive())[0])], [
      "first",
      "second",
    ]);
    // One that hangs reads nothing; it goes on where it stopped.
    const many = batch(2, ...Array.from({ length: 1_000 }, (_, at) => `line ${at}`));
    const refused = assert.rejects(output.write(many), /does not take a line/);
    await assert.rejects(output.write(many), /has not been taken/);
    await refused;
    const reading = (async () => {
      const got: string[] = [];
      while (got.length < 1_000) got.push(textOf((await syslog.receive())[0]));
      return got;
    })();
    await output.write(many);
    assert.deepEqual(await reading, many.lines);
    syslog.close();
  } finally {
    output.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("lines come over UDP", {
  permissions: { net: ["127.0.0.1", "0.0.0.0:0"] },
}, async () => {
  const syslog = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { port } = syslog.addr as Deno.NetAddr;
  const output = new SyslogOutput({ transport: "udp", hostname: "127.0.0.1", port }, "");
  await output.write(batch(1, "one"));
  assert.equal(textOf((await syslog.receive())[0]), "one");
  output.close();
  syslog.close();
});

const line: LogLine = {
  entity: "crmd",
  facility: 3 << 3,
  severity: 4,
  atMs: Date.UTC(2026, 11, 1, 4, 5, 6, 78),
  text: "it\u001b[2J is\nodd",
};
const shapes: readonly (readonly [config: Partial<OutputConfig>, line: LogLine, text: string])[] = [
  [
    { type: "file" },
    line,
    "2026-12-01T04:05:06.078Z alice crmd: warning: it\\u001b[2J is\\u000aodd\n",
  ],
  [
    { type: "jsonl" },
    { ...line, pid: 7, text: "x" },
    '{"at":"2026-12-01T04:05:06.078Z","node":"alice","daemon":"crmd","pid":7,"level":"warning","text":"x"}\n',
  ],
  [{ type: "syslog" }, { ...line, pid: 7, text: "x" }, "<28>Dec  1 04:05:06 crmd[7]: warning: x"],
  [
    { type: "syslog", facility: 16 << 3, prefix: "ha" },
    { ...line, text: "x" },
    "<132>Dec  1 04:05:06 ha: crmd: warning: x",
  ],
  [
    { type: "syslog", remote: true },
    { ...line, text: "x" },
    "<28>1 2026-12-01T04:05:06.078Z alice crmd - - - warning: x",
  ],
  [
    { type: "file" },
    lostLine("crmd", { first: 1, last: 3, fromMs: line.atMs - 1000, toMs: line.atMs, count: 2 }),
    "2026-12-01T04:05:06.078Z alice crmd: warning: 2 lines lost between 2026-12-01T04:05:05.078Z and 2026-12-01T04:05:06.078Z\n",
  ],
];
for (const [config, given, text] of shapes) {
  Deno.test(`a line is ${text.trim()}`, { permissions: "none" }, () => {
    assert.equal(written("alice", { type: "file", severity: 7, ...config }, given), text);
  });
}
