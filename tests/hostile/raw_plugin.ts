/**
 * A hostile plugin process that writes the frames of the protocol itself, not through `pils/boot.ts`.
 * Its argument names its attack.
 *
 * @module
 */
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Bytes before the text of a frame: its length and its type. */
const headBytes = 5;

/** The bytes of a frame; `length` may lie. */
function frame(type: number, text: string | Uint8Array, length?: number): Uint8Array {
  const body = typeof text === "string" ? encoder.encode(text) : text;
  const bytes = new Uint8Array(headBytes + body.length);
  new DataView(bytes.buffer).setUint32(0, length ?? body.length);
  bytes[4] = type;
  bytes.set(body, headBytes);
  return bytes;
}

/** Writes all of it. */
function write(bytes: Uint8Array, to: { writeSync(bytes: Uint8Array): number } = Deno.stdout) {
  for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
}

const value = (id: number | string, json: string) =>
  frame(0, `{"type":"value","id":${id},"value":${json}}`);
const error = (id: number, name: string) =>
  frame(1, `{"type":"error","id":${id},"error":{"name":"${name}","message":"no"}}`);
const emitted = frame(3, '{"type":"emit","event":1}');
const pong = frame(5, '{"type":"pong"}');
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const silence = () => pause(60_000);

/** A question of the daemon. */
interface Asked {
  readonly type: string;
  readonly id: number;
}

/** What the daemon asks; pings are answered. */
async function* asked(): AsyncGenerator<Asked> {
  let kept = new Uint8Array();
  for await (const chunk of Deno.stdin.readable) {
    kept = Uint8Array.of(...kept, ...chunk);
    while (kept.length >= headBytes) {
      const end = headBytes + new DataView(kept.buffer).getUint32(0);
      if (kept.length < end) break;
      const question: Asked = JSON.parse(decoder.decode(kept.subarray(headBytes, end)));
      kept = kept.slice(end);
      if (question.type === "ping") write(pong);
      else yield question;
    }
  }
}

type Attack = () => Promise<void>;

/** Starts as it should, and does this at each call. */
const atCall = (act: (id: number) => unknown): Attack => async () => {
  for await (const { id, type } of asked()) {
    if (type === "start") write(value(id, '["say"]'));
    else if (type === "call") await act(id);
    else {
      write(value(id, "null"));
      Deno.exit(0);
    }
  }
};
const saying = (json: string): Attack => atCall((id) => write(value(id, json)));
const without = (end: () => void): Attack =>
  atCall(() => {
    for (;;) end();
  });
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const longLine = new Uint8Array(1 << 16).fill(97);

/** The attacks by name; `raw_test.ts` says what each must come to. */
const attacks: Readonly<Record<string, Attack>> = {
  "answer before any question": async () => {
    write(value(7, "1"));
    await silence();
  },
  "offer methods of nobody": async () => {
    const names = '["say","constructor","__proto__","then","close2","say"]';
    for await (const { id, type } of asked()) write(value(id, type === "start" ? names : "1"));
  },
  "offer what is no list": async () => {
    for await (const { id } of asked()) write(value(id, '{"length":1,"0":"say"}'));
  },
  "answer twice": atCall((id) => {
    write(value(id, "1"));
    write(value(id, "2"));
  }),
  "answer with an error and a value": atCall((id) => {
    write(error(id, "__proto__"));
    write(value(id, "2"));
  }),
  "answer the start again": atCall((id) => {
    write(value(1, '["close","constructor"]'));
    write(value(id, "1"));
  }),
  "answer what nobody asked": atCall((id) => write(value(id + 1, "1"))),
  "an id that is a text": atCall((id) => write(value(`"${id}"`, "1"))),
  "an id of 1e309": atCall(() => write(value("1e309", "1"))),
  "numbers without bounds": saying("[1e309,-1e309]"),
  "half of a character": saying('"\\ud800"'),
  "names of prototypes": saying(
    '{"__proto__":{"polluted":1},"\\u005f_proto__":{"polluted":2},' +
      '"constructor":{"prototype":{"polluted":3}},"then":1,"toJSON":1}',
  ),
  "bytes that are none": saying('{"\\u0000bytes":"!!"}'),
  "bytes that are a list": saying('{"\\u0000bytes":[1,2]}'),
  "5,000 levels": saying(nested(5_000)),
  "a million values": saying(`[${"1,".repeat(1_000_000)}1]`),
  "a frame of 4 GiB": atCall(() => write(frame(0, "{}", 0xffff_ffff))),
  "a frame of nothing": atCall(() => write(frame(0, ""))),
  "a frame of no type": atCall(() => write(frame(255, "{}"))),
  "a frame that is no UTF-8": atCall(() => write(frame(0, Uint8Array.of(0xff, 0xc0, 0x80)))),
  "a frame of another type": atCall(() => write(frame(5, '{"type":"died"}'))),
  "null": atCall(() => write(frame(0, "null"))),
  "one byte at a time": atCall(async (id) => {
    for (const byte of value(id, "1")) {
      write(Uint8Array.of(byte));
      await pause(0);
    }
  }),
  "half a frame, then silence": atCall(async () => {
    write(frame(0, '{"type":"value"', 4_000));
    await silence();
  }),
  "events without end": without(() => write(emitted)),
  "pongs without end": without(() => write(pong)),
  "old answers without end": without(() => write(value(1, "1"))),
  "standard error without an end": without(() => write(longLine, Deno.stderr)),
  "close the output, and live": atCall(async () => {
    Deno.stdout.close();
    await silence();
  }),
  "leave in the middle of a call": atCall(() => Deno.exit(0)),
};

await attacks[Deno.args[0] ?? ""]?.();
