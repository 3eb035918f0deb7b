/**
 * The bounds of clients without sockets: who has to go, when, and for what.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type ClientBounds, type ClientLink, Clients } from "./clients.ts";

const bounds: ClientBounds = {
  linksMax: 3,
  unfinishedBytesMax: 100,
  strangerBytesMax: 10,
  unansweredBytesMax: 50,
  unreadBytesMax: 1_000,
  helloMsMax: 2_000,
  askMsMax: 4_000,
  frameMsMax: 3_000,
  lookMs: 1_000,
};

/** Clients on a clock that the test moves, and what they are closed for. */
async function stage(
  test: (it: {
    readonly clients: Clients;
    readonly closed: string[];
    readonly client: (name: string, said?: "hello" | "message") => ClientLink;
    readonly at: (ms: number) => void;
    readonly look: () => void;
    readonly armed: () => number;
  }) => void | Promise<void>,
) {
  const platform = { now: performance.now, setTimeout, clearTimeout };
  let nowMs = 1_000;
  const looks = new Map<number, () => void>();
  let timers = 0;
  Reflect.set(performance, "now", () => nowMs);
  Reflect.set(globalThis, "setTimeout", (run: () => void, ms: number) => {
    if (ms === bounds.lookMs) looks.set(++timers, run);
    return ms === bounds.lookMs ? timers : platform.setTimeout(run, ms);
  });
  Reflect.set(globalThis, "clearTimeout", (id: number) => {
    if (!looks.delete(id)) platform.clearTimeout(id);
  });
  const clients = new Clients(bounds);
  const closed: string[] = [];
  const links: ClientLink[] = [];
  try {
    await test({
      clients,
      closed,
      client(name, said) {
        const link: ClientLink = {
          close(why, closing) {
            closed.push(`${name} ${closing}: ${why}`);
            clients.gone(link);
          },
        };
        links.push(link);
        clients.came(link);
        if (said !== undefined) clients.heard(link, "hello");
        if (said === "message") clients.heard(link, "message");
        return link;
      },
      at: (ms) => nowMs += ms,
      look() {
        const [next] = looks;
        assert.ok(next, "nobody looks");
        looks.delete(next[0]);
        next[1]();
      },
      armed: () => looks.size,
    });
  } finally {
    for (const link of links) clients.gone(link);
    assert.equal(looks.size, 0, "a timer is left");
    Reflect.set(performance, "now", platform.now);
    Reflect.set(globalThis, "setTimeout", platform.setTimeout);
    Reflect.set(globalThis, "clearTimeout", platform.clearTimeout);
  }
}

const first = (closed: readonly string[]) => closed.map((line) => line.split(":")[0]);

Deno.test("of too many the idlest gives way: who said nothing, then who asked nothing, then longest", async () => {
  await stage(({ client, closed, at }) => {
    client("asked", "message");
    at(1);
    client("announced", "hello");
    at(1);
    client("silent");
    assert.deepEqual(closed, []);
    at(1);
    client("next", "message");
    at(1);
    assert.deepEqual(closed, ["silent crowded: another client needs its place; limit 3 clients"]);
    client("third", "message");
    assert.deepEqual(first(closed).slice(1), ["announced crowded"]);
    client("fourth", "message");
    assert.deepEqual(first(closed).slice(2), ["asked crowded"], "it was heard first");
    client("fifth", "message");
    assert.deepEqual(first(closed).slice(3), ["next crowded"]);
  });
});

Deno.test("who has come is looked at until the last has gone, and again when one comes", async () => {
  await stage(({ client, clients, armed, look }) => {
    assert.equal(armed(), 0);
    const [one, two] = [client("one", "message"), client("two", "message")];
    assert.equal(armed(), 1);
    clients.gone(one);
    clients.gone(one);
    assert.equal(armed(), 1);
    look();
    assert.equal(armed(), 1);
    clients.gone(two);
    assert.equal(armed(), 0);
    clients.gone(client("three", "message"));
    assert.equal(armed(), 0);
  });
});

Deno.test("who does not say who it is, or asks nothing, or ends no frame, has to go in time", async () => {
  await stage(({ client, clients, closed, look }) => {
    client("silent");
    client("idle", "hello");
    const slow = client("slow", "message");
    clients.unfinished(slow, 5);
    look();
    look();
    assert.deepEqual(closed, []);
    look();
    assert.deepEqual(closed, ["silent silent: did not say who it is within 2000 ms"]);
    look();
    assert.deepEqual(closed.slice(1), ["slow unfinished: did not end a frame within 3000 ms"]);
    look();
    assert.deepEqual(closed.slice(2), ["idle silent: asked nothing within 4000 ms"]);
  });
  await stage(({ client, clients, closed, look }) => {
    const slow = client("slow", "message");
    for (let time = 0; time < 20; time++) {
      clients.unfinished(slow, 5);
      look();
      look();
      // It has ended one, and begun the next.
      if (time % 2 === 0) clients.heard(slow, "message");
      else clients.unfinished(slow, 0);
      look();
    }
    assert.deepEqual(closed, []);
  });
});

Deno.test("who waits for its turn is not late for that", async () => {
  await stage(async ({ client, clients, closed, look }) => {
    const one = client("one", "message");
    const other = client("other", "message");
    clients.unfinished(other, 5);
    let taken = 0;
    await clients.turn(one, () => taken++);
    // One turn at a time: the second waits until the others of this thread had theirs.
    const waiting = clients.turn(other, () => taken++);
    for (let time = 0; time < 10; time++) look();
    assert.deepEqual([closed, taken], [[], 1]);
    await waiting;
    assert.equal(taken, 2);
    for (let time = 0; time < 4; time++) look();
    assert.deepEqual(first(closed), ["other unfinished"]);
  });
});

Deno.test("a turn ends with what it takes, with its error, and with the end of the client", async () => {
  await stage(async ({ client, clients }) => {
    const link = client("one", "message");
    await assert.rejects(
      clients.turn(link, () => {
        throw new Error("no frame");
      }),
      /no frame/,
    );
    let taken = 0;
    const later = client("later", "message");
    const turn = clients.turn(later, () => taken++);
    clients.gone(later);
    await turn;
    await clients.turn(later, () => taken++);
    assert.equal(taken, 0);
  });
});

Deno.test("before it has said who it is, and before it was answered, a client may hold little", async () => {
  await stage(({ client, clients, closed }) => {
    const stranger = client("stranger");
    clients.unfinished(stranger, 10);
    assert.deepEqual(closed, []);
    clients.unfinished(stranger, 11);
    const known = client("known", "hello");
    clients.unfinished(known, 50);
    assert.equal(closed.length, 1);
    clients.unfinished(known, 51);
    const answered = client("answered", "message");
    clients.told(answered);
    clients.unfinished(answered, 100);
    assert.deepEqual(closed, [
      "stranger unfinished: 11 bytes of a frame before it has said who it is; limit 10",
      "known unfinished: 51 bytes of a frame before it was answered; limit 50",
    ]);
    clients.unfinished(answered, 101);
    assert.deepEqual(closed.slice(2), [
      "answered unfinished: clients hold 101 bytes of frames that do not end; limit 100",
    ]);
    clients.unfinished(answered, 5);
    assert.equal(closed.length, 3, "it has gone");
  });
});

Deno.test("of all that hold frames the one with most for longest has to go", async () => {
  await stage(({ client, clients, closed, at }) => {
    const [small, large, late] = ["small", "large", "late"].map((name) => client(name, "message"));
    for (const link of [small!, large!, late!]) clients.told(link);
    clients.unfinished(small!, 10);
    clients.unfinished(large!, 40);
    at(100);
    clients.unfinished(late!, 50);
    assert.deepEqual(closed, []);
    clients.unfinished(late!, 51);
    assert.deepEqual(first(closed), ["large unfinished"]);
    clients.unfinished(late!, 90);
    assert.deepEqual(first(closed).slice(1), []);
    clients.unfinished(late!, 91);
    assert.deepEqual(first(closed).slice(1), ["small unfinished"]);
    // A frame that has ended, and one that begins, are new.
    const other = client("other", "message");
    clients.told(other);
    clients.unfinished(other, 5);
    at(1_000);
    clients.unfinished(late!, 0);
    clients.unfinished(late!, 90);
    at(10);
    clients.unfinished(other, 20);
    assert.deepEqual(first(closed).slice(2), ["other unfinished"]);
  });
});

Deno.test("of all that do not read the one for whom most waits for longest has to go", async () => {
  await stage(({ client, clients, closed, at }) => {
    const [slow, reading] = ["slow", "reading"].map((name) => client(name, "message"));
    clients.unread(slow!, 300);
    clients.unread(reading!, 600);
    for (let time = 0; time < 10; time++) {
      at(100);
      clients.unread(reading!, 600 - time);
    }
    clients.unread(reading!, 700);
    assert.deepEqual(closed, []);
    clients.unread(reading!, 701);
    assert.deepEqual(closed, ["slow unread: 1001 bytes wait to be read by clients; limit 1000"]);
    clients.unread(slow!, 900);
    clients.unread(reading!, 1_000);
    assert.equal(closed.length, 1);
    clients.unread(reading!, 1_001);
    assert.deepEqual(first(closed).slice(1), ["reading unread"]);
    const last = client("last", "message");
    clients.unread(last, 1_000);
    assert.equal(closed.length, 2, "what others held is given back");
  });
});

Deno.test("one for whom as much waits as before has read nothing meanwhile", async () => {
  await stage(({ client, clients, closed, at }) => {
    const [stuck, busy] = ["stuck", "busy"].map((name) => client(name, "message"));
    clients.unread(stuck!, 400);
    at(1_000);
    clients.unread(stuck!, 400);
    clients.unread(busy!, 601);
    assert.deepEqual(first(closed), ["stuck unread"]);
  });
});

Deno.test("one that is not there is nobody", async () => {
  await stage(({ clients }) => {
    const nobody: ClientLink = { close: () => assert.fail("it is not there") };
    clients.heard(nobody, "hello");
    clients.told(nobody);
    clients.unfinished(nobody, 1_000);
    clients.unread(nobody, 10_000);
  });
});
