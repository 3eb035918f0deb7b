import assert from "node:assert/strict";
import net from "node:net";
import { claim } from "./claim.ts";

const project = decodeURIComponent(new URL("../../..", import.meta.url).pathname);
const path = `${project}.test/register.sock`;
const aside = `${path}.aside`;
const permissions: Deno.PermissionOptionsObject = {
  net: [`unix:${path}`],
  read: [path, aside],
  write: [`${project}.test`],
};

/** Somebody who serves the path. */
async function served(): Promise<AsyncDisposable> {
  Deno.mkdirSync(`${project}.test`, { recursive: true });
  const server = net.createServer((socket) => void socket.on("error", () => {}).resume().end());
  await new Promise<void>((resolve) => server.listen(path, () => resolve()));
  return {
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

Deno.test("a socket that somebody serves is left to him, and who, what and the fix are said", {
  permissions,
}, async () => {
  await using _ = await served();
  await assert.rejects(claim(path), (error) => {
    assert.ok(error instanceof Deno.errors.AddrInUse);
    assert.match(
      error.message,
      /register\.sock": another process serves it already \[HA\d{4}\]\. Fix: stop that process/,
    );
    return true;
  });
  await assert.rejects(
    claim(path, () => ({ pid: 4711, uid: 7, gid: 7 })),
    /process 4711 of user 7 serves it already/,
  );
  // Who serves it is there still.
  using connection = await Deno.connect({ transport: "unix", path });
  assert.equal(await connection.read(new Uint8Array(1)), null);
});

Deno.test("what a dead process left is removed, and where nothing is nothing is done", {
  permissions,
}, async () => {
  Deno.mkdirSync(`${project}.test`, { recursive: true });
  // Who ends in good order removes his file; one that was moved away stays, as after a crash.
  const listener = Deno.listen({ transport: "unix", path });
  Deno.renameSync(path, aside);
  listener.close();
  Deno.renameSync(aside, path);
  assert.ok(Deno.statSync(path));
  await claim(path);
  assert.throws(() => Deno.statSync(path), Deno.errors.NotFound);
  await claim(path);
});
