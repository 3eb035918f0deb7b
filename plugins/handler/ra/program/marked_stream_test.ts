import assert from "node:assert/strict";
import { MarkedStream } from "./marked_stream.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** What programs have written, and their codes, where a stream comes in such chunks. */
async function read(chunks: readonly string[], programs: number) {
  const left = [...chunks];
  const stream = new ReadableStream({
    type: "bytes",
    // A chunk for each read, as of a pipe.
    pull(controller: ReadableByteStreamController) {
      const chunk = left.shift();
      if (chunk !== undefined) controller.enqueue(bytes(chunk));
      else {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
  });
  const marked = new MarkedStream(stream, "secret");
  const found: (readonly [string, number | undefined])[] = [];
  for (let count = 0; count < programs; count++) {
    let text = "";
    const code = await marked.program(
      (chunk) => text += new TextDecoder().decode(chunk),
      () => undefined,
    );
    found.push([text, code]);
  }
  return found;
}

Deno.test("each program has what it wrote, wherever the stream is cut", async () => {
  const whole = "\x01secre no\n\x01secret 7\n";
  for (let at = 0; at <= whole.length; at++) {
    const chunks = [whole.slice(0, at), whole.slice(at)].filter((chunk) => chunk !== "");
    assert.deepEqual(await read([...chunks, "b", "\x01secret 190\n"], 2), [
      ["\x01secre no\n", 7],
      ["b", 190],
    ]);
  }
  assert.deepEqual(await read([..."\x01secret 0\nx\x01secret 255\n"], 2), [["", 0], ["x", 255]]);
});

Deno.test("a stream that ends has no code, and loses nothing", async () => {
  assert.deepEqual(await read(["a\n\x01secret"], 1), [["a\n\x01secret", undefined]]);
  assert.deepEqual(await read([], 1), [["", undefined]]);
});
