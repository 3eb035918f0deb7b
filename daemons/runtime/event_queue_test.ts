import assert from "node:assert/strict";
import { EventQueue, eventQueueMax } from "./event_queue.ts";
import type { Event } from "./machine.ts";
import { Seat } from "./seat.ts";
import { smallHost, SmallTime } from "./testing/small_host.ts";

const timer = (name: string): Event => ({ type: "timer", at: 0, name });

/** A queue, and seats whose machines write down what they are given. */
function stage() {
  const failures: string[] = [];
  const queue = new EventQueue((seat, error) =>
    failures.push(`${seat.machine.service}: ${error instanceof Error ? error.message : error}`)
  );
  const heard: string[] = [];
  const seatOf = (service: string, then: (name: string) => void = () => {}): Seat =>
    new Seat({
      machine: {
        service,
        state: null,
        step(_state, event, more) {
          const name = event.type === "timer" ? event.name : event.type;
          heard.push(`${service} ${name}${more ? " more" : ""}`);
          then(name);
          return [];
        },
      },
      host: smallHost({ time: new SmallTime() }),
      give() {},
      send() {},
      stopped() {},
      failed() {},
    });
  return { queue, heard, failures, seatOf };
}

Deno.test("what a machine causes while it steps waits for its turn", () => {
  const { queue, heard, seatOf } = stage();
  const b = seatOf("b");
  const a = seatOf("a", (name) => {
    if (name !== "first") return;
    queue.give(b, timer("second"));
    queue.give(a, timer("third"));
    queue.gather(() => queue.give(b, timer("fourth")));
    assert.deepEqual(heard, ["a first"]);
  });
  queue.give(a, timer("first"));
  assert.deepEqual(heard, ["a first", "b second more", "a third", "b fourth"]);
  assert.deepEqual([a.waiting, b.waiting], [0, 0]);
});

Deno.test("what came at once is queued before the first of it is taken, whatever fails", () => {
  const { queue, heard, seatOf } = stage();
  const a = seatOf("a");
  assert.throws(() =>
    queue.gather(() => {
      queue.give(a, timer("1"));
      queue.give(a, timer("2"));
      assert.deepEqual(heard, []);
      throw new Error("the link is broken");
    }), /the link is broken/);
  assert.deepEqual(heard, ["a 1 more", "a 2"]);
  queue.give(a, timer("3"));
  assert.deepEqual(heard.at(-1), "a 3");
});

Deno.test("a machine that throws is reported, the others go on; one that is over hears nothing", () => {
  const { queue, heard, failures, seatOf } = stage();
  const [a, b] = [
    seatOf("a", () => {
      throw new Error("our mistake");
    }),
    seatOf("b"),
  ];
  queue.gather(() => {
    queue.give(a, timer("1"));
    queue.give(b, timer("1"));
  });
  assert.deepEqual([heard, failures], [["a 1", "b 1"], ["a: our mistake"]]);
  const c = seatOf("c", () => b.end());
  queue.gather(() => {
    queue.give(c, timer("2"));
    queue.give(b, timer("2"));
  });
  queue.give(b, timer("3"));
  assert.deepEqual(heard.slice(2), ["c 2"]);
  assert.equal(b.waiting, 0);
});

Deno.test("a long run keeps its order, and only what waits counts against the bound", () => {
  const { queue, failures, seatOf } = stage();
  const order: number[] = [];
  const last = 2 * eventQueueMax;
  const a = seatOf("a", (name) => {
    order.push(Number(name));
    if (Number(name) < last) queue.give(a, timer(`${Number(name) + 1}`));
  });
  queue.give(a, timer("0"));
  assert.equal(order.length, last + 1);
  assert.ok(order.every((name, at) => name === at));
  assert.deepEqual(failures, []);
});

Deno.test("more than the bound may not wait", () => {
  const { queue, heard, failures, seatOf } = stage();
  const a = seatOf("a");
  queue.gather(() => {
    for (let name = 0; name < eventQueueMax; name++) queue.give(a, timer(`${name}`));
    assert.deepEqual(failures, []);
    queue.give(a, timer("one too many"));
  });
  assert.deepEqual(failures, [`a: More than ${eventQueueMax} events waiting`]);
  assert.equal(heard.length, eventQueueMax);
});
