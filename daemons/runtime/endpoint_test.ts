/**
 * A link that is kept: how often it is tried while it cannot be had.
 *
 * @module
 */
import assert from "node:assert/strict";
import { pause } from "../../metadata/timer.ts";
import { filePath } from "../../pils/found.ts";
import { keepConnected, listen } from "./endpoint.ts";
import type { LinkEvents } from "./link.ts";

const project = filePath(new URL("../..", import.meta.url));
const path = `${project}/.test/link.sock`;
const permissions = {
  read: [project],
  write: [`${project}/.test`],
  net: [`unix:${path}`],
};

const deaf: LinkEvents = { onServices() {}, onEnvelope() {}, onClosed() {} };

Deno.test("a link that the other side closes at once is tried after a pause that doubles", {
  permissions,
}, async () => {
  await Deno.mkdir(`${project}/.test`, { recursive: true });
  await Deno.remove(path).catch(() => {});
  const listener = Deno.listen({ transport: "unix", path });
  let tries = 0;
  const closing = (async () => {
    for await (const connection of listener) {
      tries++;
      connection.close();
    }
  })();
  const endpoint = keepConnected(path, deaf, () => {});
  // With 20 ms between two of them they would be some fifty; a slow machine makes fewer, not more.
  await pause(1_000);
  await endpoint.close();
  listener.close();
  await closing;
  await Deno.remove(path).catch(() => {});
  assert.ok(tries >= 1 && tries <= 10, `${tries} tries within a second`);
});

Deno.test("what stands in the place of a socket and cannot be removed is named", {
  permissions,
}, async () => {
  await Deno.remove(path, { recursive: true }).catch(() => {});
  await Deno.mkdir(`${path}/inside`, { recursive: true });
  try {
    await assert.rejects(
      listen(path, deaf, () => {}),
      /Cannot listen on ".*link\.sock": the old socket or folder cannot be removed: .*HA9008.*Fix: /,
    );
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});
