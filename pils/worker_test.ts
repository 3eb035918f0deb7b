import assert from "node:assert/strict";
import { playedOrder } from "./testdata/played_order.ts";
import { connectWorker } from "./worker.ts";

Deno.test("a worker has what it is granted and no more, and its errors are the daemon's to judge", async () => {
  const platform = Worker;
  const made: Record<string, unknown>[] = [];
  const did: string[] = [];
  Reflect.set(
    globalThis,
    "Worker",
    class {
      [member: string]: unknown;
      constructor(url: string, options: Record<string, unknown>) {
        made.push(Object.assign(this, { url, ...options }));
      }
      postMessage(message: unknown) {
        did.push(`post ${message}`);
      }
      terminate() {
        did.push("terminate");
      }
    },
  );
  try {
    const link = connectWorker({
      ...playedOrder,
      permissions: { net: ["10.0.0.1:1"], read: ["/etc/key"] },
      found: { ...playedOrder.found, code: ["/code"] },
    }, {
      message: (message) => did.push(`message ${message}`),
      ended: (why) => did.push(`ended ${why}`),
      flooded: (why) => did.push(`flooded ${why}`),
    });
    const [worker = {}] = made;
    assert.match(String(worker["url"]), /\/pils\/boot_worker\.ts$/);
    assert.equal(worker["name"], "echo/played");
    assert.deepEqual(worker["deno"], {
      permissions: {
        net: ["10.0.0.1:1"],
        read: ["/etc/key", "/code"],
        write: false,
        run: false,
        env: false,
        ffi: false,
        sys: false,
        import: false,
      },
    });
    const hear = (name: string, event: unknown) => {
      const handler = worker[name];
      if (typeof handler === "function") handler(event);
    };
    hear("onmessage", { data: "hello" });
    const circle: { self?: unknown } = {};
    circle.self = circle;
    hear("onmessage", { data: { type: "value", id: 1, value: circle } });
    hear("onmessageerror", {});
    hear("onerror", { message: "it broke", preventDefault: () => did.push("prevented") });
    link.post({ type: "ping" });
    await link.end();
    assert.deepEqual(did, [
      "message hello",
      "ended it broke the protocol: it is nested more than 64 deep",
      "ended it sent a value that cannot be cloned",
      "prevented",
      "ended it broke",
      "post [object Object]",
      "terminate",
    ]);
    assert.match(link.leaves ?? "", /a worker that loops goes on/);
  } finally {
    Reflect.set(globalThis, "Worker", platform);
  }
});
