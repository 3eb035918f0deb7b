/**
 * A client whose connection is cut off hears of it at once: it does not wait for an answer that cannot
 * come.
 *
 * @module
 */
import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { connect } from "./client.ts";
import { Link } from "./link.ts";
import type { Message } from "./messages.ts";
import { socketPipe } from "./pipe.ts";

const folder = filePath(new URL("../../.test", import.meta.url));
const path = `${folder}/run.sock`;
const permissions: Deno.PermissionOptions = {
  read: [folder],
  write: [folder],
  net: [`unix:${path}`],
};

/** Milliseconds that nothing here may wait for: bounds of a client are seconds. */
const patienceMs = 60_000;

/** A process that accepts one client, and does this with its connection. */
async function accepting(treat: (connection: Deno.Conn) => void): Promise<AsyncDisposable> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.remove(path).catch(() => {});
  const listener = Deno.listen({ transport: "unix", path });
  const accepted = listener.accept().then(treat);
  return {
    async [Symbol.asyncDispose]() {
      await accepted;
      listener.close();
    },
  };
}

const isAnswer = (message: Message): message is Extract<Message, { type: "status/answer" }> =>
  message.type === "status/answer";

const reset = (said: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Deno.errors.ConnectionReset);
  assert.match(error.message, said);
  return true;
};

Deno.test("a client that is cut off before a greeting is refused", { permissions }, async () => {
  await using _process = await accepting((connection) => connection.close());
  await assert.rejects(connect(path), reset(/run\.sock closed .* before it greeted: /));
});

Deno.test(
  "what is asked of a connection that is gone is refused at once",
  { permissions },
  async () => {
    const { promise: cut, resolve: cutOff } = Promise.withResolvers<void>();
    await using _process = await accepting((connection) => {
      const link = new Link(socketPipe(connection), {
        onServices() {},
        onEnvelope() {},
        onClosed() {},
      });
      link.hello("test", ["test"]);
      void cut.then(() => link.close("the test wants it"));
      void link.read();
    });
    await using client = await connect(path);
    const asked = client.ask("test", { type: "status/query", id: "1" }, isAnswer, patienceMs);
    cutOff();
    await assert.rejects(asked, reset(/ended before "test" answered status\/query/));
    await client.closed;
    await assert.rejects(
      client.ask("test", { type: "status/query", id: "2" }, isAnswer, patienceMs),
      reset(/ended before "test" answered status\/query/),
    );
  },
);
