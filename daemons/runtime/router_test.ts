import assert from "node:assert/strict";
import type { Message } from "./messages.ts";
import { type Envelope, type Outlet, Router } from "./router.ts";

const outlet = (): Outlet => ({ push: () => {} });
const message: Message = { type: "cib/subscribe" };
const envelope = (to: Envelope["to"]): Envelope => ({
  to,
  from: { node: "alice", service: "crmd" },
  message,
});

Deno.test("a service of this process is reached here", () => {
  const router = new Router("alice", ["cib"]);
  assert.equal(router.route(envelope({ service: "cib" })).type, "here");
  assert.equal(router.route(envelope({ node: "alice", service: "cib" })).type, "here");
});

Deno.test("a service of another process is reached over whoever announced it last", () => {
  const router = new Router("alice", ["cib"]);
  const [first, second] = [outlet(), outlet()];
  assert.deepEqual(router.announce(first, ["lrmd", "cib"]), { came: ["lrmd"], went: [] });
  assert.deepEqual(router.announce(second, ["lrmd"]), { came: ["lrmd"], went: [] });
  const route = router.route(envelope({ service: "lrmd" }));
  assert.equal(route.type === "out" && route.outlet, second);
  // The end of the first link must not take away what the second offers.
  assert.deepEqual(router.announce(first, []), { came: [], went: [] });
  assert.deepEqual(router.announce(second, []), { came: [], went: ["lrmd"] });
  assert.equal(router.route(envelope({ service: "lrmd" })).type, "lost");
});

Deno.test("a service goes back to who offered it before when the later one leaves", () => {
  const router = new Router("alice", ["cib"]);
  const [first, second, third] = [outlet(), outlet(), outlet()];
  const way = () => {
    const route = router.route(envelope({ service: "lrmd" }));
    return route.type === "out" ? route.outlet : undefined;
  };
  router.announce(first, ["lrmd"]);
  router.announce(second, ["lrmd"]);
  router.announce(third, ["lrmd"]);
  // Said again, it is no newer.
  assert.deepEqual(router.announce(first, ["lrmd"]), { came: [], went: [] });
  assert.equal(way(), third);
  assert.deepEqual(router.announce(second, []), { came: [], went: [] });
  assert.equal(way(), third);
  assert.deepEqual(router.announce(third, []), { came: ["lrmd"], went: [] });
  assert.equal(way(), first);
  assert.equal(router.wayTo("lrmd"), first);
  assert.deepEqual(router.reachableWithout(first), ["cib"]);
  assert.deepEqual(router.reachableWithout(second), ["cib", "lrmd"]);
  assert.deepEqual(router.announce(first, []), { came: [], went: ["lrmd"] });
  assert.equal(way(), undefined);
});

Deno.test("what is for another node goes to heartbeat, wherever that is", () => {
  const away = envelope({ node: "bob", service: "cib" });
  const router = new Router("alice", ["cib"]);
  assert.equal(router.route(away).type, "lost");
  const link = outlet();
  router.announce(link, ["heartbeat"]);
  assert.deepEqual(router.route(away), { type: "out", outlet: link, envelope: away });
  const route = new Router("alice", ["heartbeat"]).route(away);
  assert.ok(route.type === "here");
  assert.deepEqual(route.envelope.to, { service: "heartbeat" });
  assert.deepEqual(route.envelope.message, {
    type: "heartbeat/forward",
    to: { node: "bob", service: "cib" },
    from: { service: "crmd" },
    body: message,
  });
});

Deno.test("what heartbeat brings is seen as coming from the other node's machine", () => {
  const router = new Router("alice", ["cib"]);
  const route = router.route({
    to: { service: "cib" },
    from: { node: "alice", service: "heartbeat" },
    message: { type: "heartbeat/deliver", from: { node: "bob", service: "cib" }, body: message },
  });
  assert.ok(route.type === "here");
  assert.deepEqual(route.envelope.from, { node: "bob", service: "cib" });
  assert.equal(route.envelope.message, message);
});

Deno.test("only heartbeat may bring what others said", () => {
  const router = new Router("alice", ["cib"]);
  const route = router.route({
    to: { service: "cib" },
    from: { node: "alice", service: "client-1" },
    message: { type: "heartbeat/deliver", from: { node: "bob", service: "cib" }, body: message },
  });
  assert.ok(route.type === "here");
  assert.equal(route.envelope.from.service, "client-1");
});

Deno.test("an outlet is told of everything but what is reached through it", () => {
  const router = new Router("alice", ["cib", "ccm"]);
  const [first, second] = [outlet(), outlet()];
  router.announce(first, ["heartbeat"]);
  router.announce(second, ["lrmd"]);
  assert.deepEqual(router.reachableWithout(first), ["ccm", "cib", "lrmd"]);
  assert.deepEqual(router.reachableWithout(second), ["ccm", "cib", "heartbeat"]);
});
