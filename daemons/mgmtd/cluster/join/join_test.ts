/**
 * Joining over real TLS on the loopback: who may, and attacks of those who may not.
 *
 * @module
 */
import assert from "node:assert/strict";
import { pause } from "../../../../metadata/timer.ts";
import { join, type Joining, NotJoined } from "./ask.ts";
import { certificateName, makeCertificate } from "./certificate.ts";
import { bounds, type Granted, joinVersion, type Said } from "./contract.ts";
import { Lines } from "./lines.ts";
import { type Channel, newNonce, proofOf } from "./proof.ts";
import { readSaid } from "./said.ts";
import { goodAsk, keysOfToken, type Opened, opened } from "./testing/world.ts";

const permissions = { net: ["127.0.0.1"] };

/** A machine that keeps what it got in memory. */
function machine() {
  const got: Granted[] = [];
  let committed = 0;
  const joining: Joining = {
    stage: (granted) => Promise.resolve(void got.push(granted)),
    commit: () => Promise.resolve(void committed++),
  };
  return { joining, got, committed: () => committed };
}

/** A caller that may break every rule. */
async function caller({ token, world }: Opened): Promise<{
  readonly conn: Deno.TlsConn;
  readonly lines: Lines;
  hear(): Promise<Said | undefined>;
}> {
  const plain = await Deno.connect({ hostname: token.address, port: token.port });
  const conn = await Deno.startTls(plain, {
    hostname: certificateName,
    caCerts: [world.certificate.cert],
  });
  await conn.handshake();
  const lines = new Lines(conn);
  return {
    conn,
    lines,
    async hear() {
      const line = await lines.next(1_000_000).catch((): undefined => undefined);
      const said = line === undefined ? undefined : readSaid(line);
      assert.ok(said === undefined || "type" in said, `${said}`);
      return said as Said | undefined;
    },
  };
}

/** Says hello, and asks with a right proof, or another. */
async function asked(
  open: Opened,
  body: string,
  change: (message: Extract<Said, { type: "ask" }>, channel: Channel) => object = (same) => same,
) {
  const call = await caller(open);
  const hello = await call.hear();
  assert.equal(hello?.type, "hello");
  const { secret, fingerprint } = open.token;
  const channel = { secret, fingerprint, hello: hello.nonce, ask: newNonce() };
  const proof = proofOf(channel, "ask", body);
  const message = { type: "ask", version: joinVersion, nonce: channel.ask, body, proof } as const;
  await call.lines.send(change(message, channel));
  return { ...call, channel, answer: await call.hear() };
}

/** Waits until the node's side has counted this. */
async function counted(open: Opened, kind: string): Promise<void> {
  const { refused } = open.world.gate;
  for (let look = 0; look < 2_000; look++) {
    if ([...refused].some(([one]) => one === kind)) return;
    await pause(5);
  }
  assert.fail(`"${kind}" is not counted: ${JSON.stringify([...refused])}`);
}

/** Joins, and must be refused, without a trace on either side. */
async function refusedAs(open: Opened, kind: string, text: RegExp, ask = goodAsk()): Promise<void> {
  const { joining, committed } = machine();
  await assert.rejects(join(open.token, ask, joining), (error: Error) => {
    assert.ok(error instanceof NotJoined, `${error}`);
    assert.match(error.message, text);
    assert.match(error.message, /\[HA004\d\]/);
    assert.match(error.message, /Fix: /);
    return true;
  });
  assert.equal(committed(), 0);
  assert.deepEqual(open.added, []);
  await counted(open, kind);
}

Deno.test("a machine with the token gets key and configuration, and is added", {
  permissions,
}, async () => {
  await using open = opened();
  const { joining, got, committed } = machine();
  await join(open.token, goodAsk(), joining);
  assert.equal(got[0]?.authkeys, keysOfToken);
  assert.deepEqual(got[0]?.config.nodes, ["alice", "bob"]);
  assert.deepEqual(got[0]?.config.media, [{
    plugin: "medium/ucast",
    address: "127.0.0.1",
    port: 7002,
    peers: [{ address: "127.0.0.1", port: 7001 }, { address: "127.0.0.1", port: 7003 }],
  }]);
  assert.equal(committed(), 1);
  assert.deepEqual(open.added, ["bob"]);
  assert.equal(open.world.gate.usedBy, "bob");
});

Deno.test("attack 1: a token is used a second time", { permissions }, async () => {
  await using open = opened();
  await join(open.token, goodAsk(), machine().joining);
  open.added.length = 0;
  await refusedAs(open, "used", /the token was used/, goodAsk({ name: "carol" }));
});

Deno.test("attack 2: a token is used too late", { permissions }, async () => {
  await using open = opened();
  open.world.atMs += bounds.tokenMs;
  await refusedAs(open, "expired", /the token is too old/);
});

Deno.test("attack 3: a token with another secret, and five guesses make it void", {
  permissions,
}, async () => {
  await using open = opened();
  const guess = { ...open.token, secret: new Uint8Array(16) };
  for (let tries = 0; tries < bounds.wrongProofsMax; tries++) {
    await assert.rejects(join(guess, goodAsk(), machine().joining), /not that of the token/);
  }
  await refusedAs(open, "void", /void after too many wrong secrets/);
});

Deno.test("attack 4: guesses beside each other get no more tries", { permissions }, async () => {
  await using open = opened();
  const wrong = (message: object) => ({ ...message, proof: "0".repeat(64) });
  for (let round = 0; round < 4; round++) {
    const calls = await Promise.all(
      Array.from({ length: 3 }, () => asked(open, JSON.stringify(goodAsk()), wrong)),
    );
    for (const { answer, conn } of calls) {
      assert.equal(answer?.type, "refused");
      conn.close();
    }
    while (open.world.gate.calls.size > 0) await pause(5);
  }
  assert.equal(open.world.gate.wrongProofs, bounds.wrongProofsMax);
  assert.equal(open.world.gate.refused.get("wrong proof"), bounds.wrongProofsMax);
});

Deno.test("attack 5: somebody between answers with another certificate: nothing is sent to him", {
  permissions,
}, async () => {
  await using open = opened();
  await using other = opened();
  const misled = { ...open.token, port: other.token.port };
  await assert.rejects(join(misled, goodAsk(), machine().joining), (error: Error) => {
    assert.ok(error instanceof NotJoined && error.because === "impostor");
    assert.match(error.message, /it has another certificate \[HA0044\]/);
    return true;
  });
  assert.deepEqual([...other.world.gate.refused], []);
});

Deno.test("attack 6: somebody has the certificate, and not its key", { permissions }, async () => {
  await using open = opened();
  // He shows the right certificate first, which anybody can fetch, and goes on with a key of his own.
  const own = makeCertificate(Date.now(), 600_000);
  using between = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using behind = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...own });
  let read = 0;
  const listened = (async () => {
    const conn = await behind.accept();
    await conn.handshake().then(async () => read += await conn.read(new Uint8Array(100)) ?? 0)
      .catch(() => {});
    try {
      conn.close();
    } catch {
      // The handshake has failed.
    }
  })();
  const passing = (async () => {
    for (const port of [open.token.port, behind.addr.port]) {
      const [left, right] = [
        await between.accept(),
        await Deno.connect({ hostname: "127.0.0.1", port }),
      ];
      await Promise.allSettled([
        left.readable.pipeTo(right.writable),
        right.readable.pipeTo(left.writable),
      ]);
    }
  })();
  const misled = { ...open.token, port: between.addr.port };
  await assert.rejects(
    join(misled, goodAsk(), machine().joining),
    /not the node of the token.*HA0044/s,
  );
  await Promise.all([listened, passing]);
  assert.equal(read, 0, "nothing was said to him");
});

Deno.test("attack 7: what was said once is said again", { permissions }, async () => {
  await using open = opened();
  let kept: object = {};
  const { conn } = await asked(open, JSON.stringify(goodAsk()), (message) => kept = message);
  conn.close();
  const again = await asked(open, "", () => kept);
  assert.equal(again.answer?.type, "refused");
  again.conn.close();
  await counted(open, "wrong proof");
});

Deno.test("attack 8: a proof of one step is used for another", { permissions }, async () => {
  await using open = opened();
  const ask = goodAsk();
  const call = await asked(open, JSON.stringify(ask));
  assert.equal(call.answer?.type, "granted");
  await call.lines.send({ type: "staged", proof: proofOf(call.channel, "ask", ask.name) });
  assert.equal((await call.hear())?.type, "refused");
  call.conn.close();
  await counted(open, "wrong proof");
  assert.deepEqual(open.added, []);
});

Deno.test("attack 9: the fields are changed after they were proved", { permissions }, async () => {
  await using open = opened();
  const { answer, conn } = await asked(open, JSON.stringify(goodAsk()), (message) => ({
    ...message,
    body: message.body.replace('"bob"', '"eve"'),
  }));
  assert.equal(answer?.type, "refused");
  conn.close();
  await counted(open, "wrong proof");
});

Deno.test("attack 10: a slow caller is closed, and others are served meanwhile", {
  permissions,
}, async () => {
  await using open = opened();
  const { conn, lines, hear } = await caller(open);
  assert.equal((await hear())?.type, "hello");
  await conn.write(new TextEncoder().encode('{"type":'));
  await join(open.token, goodAsk(), machine().joining);
  assert.equal(await lines.next(100).catch((): undefined => undefined), undefined);
  conn.close();
  await counted(open, "too slow");
});

Deno.test("attack 11: a flood of calls is closed at once, and takes no more than its share", {
  permissions,
}, async () => {
  await using open = opened();
  const calls = await Promise.all(
    Array.from(
      { length: 50 },
      () => Deno.connect({ hostname: "127.0.0.1", port: open.token.port }),
    ),
  );
  await counted(open, "too many calls");
  const held = [...open.world.gate.calls.values()].reduce((sum, calls) => sum + calls, 0);
  assert.ok(held <= bounds.callsOfAddressMax, `${held} calls are held`);
  for (const conn of calls) conn.close();
  while (open.world.gate.calls.size > 0) await pause(5);
  await join(open.token, goodAsk(), machine().joining);
  assert.ok(open.world.gate.reasons.length <= bounds.reasonsMax);
});

Deno.test("attack 12: a message without an end", { permissions }, async () => {
  await using open = opened();
  const { conn, hear } = await caller(open);
  await hear();
  const part = new Uint8Array(16 * 1024).fill(120);
  let sent = 0;
  try {
    for (; sent < 64 * 1024 * 1024;) sent += await conn.write(part);
  } catch {
    // It was closed.
  }
  conn.close();
  await counted(open, "malformed");
  assert.ok(sent < 64 * 1024 * 1024, "it was read without a bound");
});

Deno.test("attack 13: no TLS", { permissions }, async () => {
  await using open = opened();
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: open.token.port });
  await conn.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
  await counted(open, "no TLS");
});

Deno.test("attack 14: a name that the cluster has", { permissions }, async () => {
  await using open = opened();
  await refusedAs(open, "name", /the cluster has a node alice/, goodAsk({ name: "alice" }));
  open.facts = { ...open.facts, electorate: ["alice", "bob"] };
  await refusedAs(open, "name", /the cluster has a node bob/);
  assert.equal(open.world.gate.boundTo, undefined, "the token is still good for others");
});

Deno.test("attack 15: a wrong clock", { permissions }, async () => {
  await using open = opened();
  const { clockMs } = goodAsk();
  await refusedAs(open, "clock", /its clock is 31 s ahead/, goodAsk({ clockMs: clockMs + 31_000 }));
  await refusedAs(
    open,
    "clock",
    /its clock is 60 s behind/,
    goodAsk({ clockMs: clockMs - 60_000 }),
  );
});

Deno.test("attack 16: an unknown version, of the cluster's protocols or of joining", {
  permissions,
}, async () => {
  await using open = opened();
  await refusedAs(open, "version", /it speaks protocol 7-9/, goodAsk({ protocols: "7-9" }));
  await refusedAs(open, "version", /it speaks protocol newest/, goodAsk({ protocols: "newest" }));
  const { answer, conn } = await asked(
    open,
    JSON.stringify(goodAsk()),
    (message) => ({ ...message, version: 2 }),
  );
  assert.ok(answer?.type === "refused" && /joins by version 2/.test(answer.reason));
  conn.close();
});

Deno.test(
  "attack 17: an address that is another node's, or nobody's",
  { permissions },
  async () => {
    await using open = opened();
    for (const port of [7001, 7009]) {
      const ask = goodAsk({ addresses: [{ address: "127.0.0.1", port }] });
      await refusedAs(open, "address", /is not among the peers/, ask);
    }
    await refusedAs(open, "address", /has 1 links/, goodAsk({ addresses: [] }));
  },
);

Deno.test("attack 18: fields that no machine has", { permissions }, async () => {
  await using open = opened();
  const bodies = [
    { ...goodAsk(), name: "../../etc" },
    { ...goodAsk(), name: "BOB" },
    { ...goodAsk(), addresses: [{ address: "0x7f000001" }] },
    { ...goodAsk(), clockMs: "now" },
    { ...goodAsk(), project: "\u001b[2J" },
    [],
    null,
  ].map((body) => JSON.stringify(body));
  bodies.push(JSON.stringify(goodAsk()).replace("{", '{"name":"eve",'));
  for (const body of bodies) {
    const { answer, conn } = await asked(open, body);
    assert.equal(answer?.type, "refused", body);
    conn.close();
  }
  assert.equal(open.world.gate.refused.get("malformed"), bodies.length);
});

Deno.test("attack 19: another machine with the same token, while one joins", {
  permissions,
}, async () => {
  await using open = opened();
  const first = await asked(open, JSON.stringify(goodAsk()));
  assert.equal(first.answer?.type, "granted");
  const eve = goodAsk({ name: "eve", addresses: [{ address: "127.0.0.1", port: 7003 }] });
  await refusedAs(open, "bound to another", /another machine uses this token/, eve);
  const { channel } = first;
  await first.lines.send({ type: "staged", proof: proofOf(channel, "staged", "bob") });
  assert.equal((await first.hear())?.type, "added");
  first.conn.close();
  assert.deepEqual(open.added, ["bob"]);
});

Deno.test("a join that was broken off half-way is done again with the same token", {
  permissions,
}, async () => {
  await using open = opened();
  const first = await asked(open, JSON.stringify(goodAsk()));
  assert.equal(first.answer?.type, "granted");
  first.conn.close();
  // The name may be in the list already: it never counted, and nobody hears it.
  open.facts = { ...open.facts, others: [{ name: "bob", isHeard: false }] };
  const { joining, committed } = machine();
  await join(open.token, goodAsk(), joining);
  assert.equal(committed(), 1);
});

Deno.test("what the machine cannot write, or the cluster does not take, leaves no node", {
  permissions,
}, async () => {
  await using open = opened();
  const full: Joining = {
    stage: () => Promise.reject(new Error("no space left on device")),
    commit: () => assert.fail("it was not staged"),
  };
  await assert.rejects(join(open.token, goodAsk(), full), /no space left/);
  open.whyNot = "there are too many";
  const { joining, committed } = machine();
  await assert.rejects(
    join(open.token, goodAsk(), joining),
    /bob was not added: there are too many/,
  );
  assert.equal(committed(), 0);
  open.whyNot = undefined;
  await join(open.token, goodAsk(), joining);
  assert.equal(committed(), 1);
});

Deno.test("two calls of the same machine at once add it once", { permissions }, async () => {
  await using open = opened();
  const ends = await Promise.allSettled(
    [1, 2].map(() => join(open.token, goodAsk(), machine().joining)),
  );
  assert.equal(ends.filter(({ status }) => status === "fulfilled").length, 1);
  assert.deepEqual(open.added, ["bob"]);
});

Deno.test("a cluster without quorum, or a node that does not answer, takes nobody", {
  permissions,
}, async () => {
  await using open = opened();
  open.facts = { ...open.facts, quorate: false };
  await refusedAs(open, "cluster not ready", /no quorum/);
  open.world.facts = () => Promise.reject(new Error("silence"));
  await refusedAs(open, "cluster not ready", /the node does not answer: silence/);
});

Deno.test("nobody listens", { permissions }, async () => {
  const open = opened();
  await open[Symbol.asyncDispose]();
  await assert.rejects(
    join(open.token, goodAsk(), machine().joining),
    /Nobody takes this token.*HA0042/s,
  );
});
