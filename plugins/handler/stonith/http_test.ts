import assert from "node:assert/strict";
import { HttpReader } from "./http_answer.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("an answer is whole by its length, its chunks or its end, however it is cut", {
  permissions: "none",
}, () => {
  for (
    const [text, ended] of [
      ["HTTP/1.1 200 OK\r\nX: a\r\nContent-Length: 5\r\n\r\nhello", false],
      ["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false],
      [
        "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n",
        false,
      ],
      ["HTTP/1.0 200 OK\r\n\r\nhello", true],
    ] as const
  ) {
    for (const step of [1, 7, 1000]) {
      const reader = new HttpReader();
      let answer;
      for (let at = 0; at < text.length; at += step) {
        answer = reader.add(bytes(text.slice(at, at + step)));
      }
      if (ended) answer = reader.end();
      assert.equal(answer?.status, 200);
      assert.equal(answer?.body, "hello", text);
    }
  }
});

Deno.test("an answer that is cut, too long or not HTTP is refused", { permissions: "none" }, () => {
  for (
    const [text, why] of [
      ["", /without an answer/],
      ["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", /in the middle/],
      ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", /in the middle/],
      ["SSH-2.0-x\r\n\r\n", /not HTTP/],
      ["HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", /not a length/],
      ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", /no size/],
      [`HTTP/1.1 200 OK\r\nA: ${"a".repeat(20_000)}`, /more than 16384 bytes/],
      [`HTTP/1.1 200 OK\r\n\r\n${"a".repeat(1 << 20)}a`, /more than 1048576 bytes/],
    ] as const
  ) {
    assert.throws(() => {
      const reader = new HttpReader();
      reader.add(bytes(text));
      reader.end();
    }, why);
  }
});
