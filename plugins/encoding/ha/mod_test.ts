import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/encoding/conformance.ts";
import type { WireMessage } from "../../handler/encoding/contract.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

conform(clauses, { manifest, plugin, config: {}, given: { runs: 300 } });
conform(clauses, {
  manifest,
  plugin,
  config: { framing: "classic" },
  // Control characters that stand for newlines in classic framing.
  given: { runs: 300, unsayable: /\\u00(0f|1[0-9a-f])|\\n/ },
});

const host = { emit: () => {}, log: () => {} };
const netstring = await plugin({ framing: "netstring" }, host);
const classic = await plugin({ framing: "classic" }, host);
const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);

const message: WireMessage = [
  { type: "string", name: "t", value: "note" },
  { type: "string", name: "nl", value: "a\nb" },
  { type: "binary", name: "bin", value: Uint8Array.of(0, 10, 61) },
  { type: "list", name: "l", value: ["abc", "defg"] },
  {
    type: "struct",
    name: "child",
    value: [
      { type: "string", name: "k", value: "v" },
      { type: "struct", name: "gc", value: [{ type: "string", name: "deep", value: "er\nnl" }] },
    ],
  },
];

Deno.test("netstring framing, letter by letter", () => {
  const frame = "###\n9:(0)t=note,9:(0)nl=a\nb,10:(1)bin=\0\n=,18:(3)l=3:abc,4:defg,," +
    "61:(2)child=###\n6:(0)k=v,31:(2)gc=###\n13:(0)deep=er\nnl,%%%\n,%%%\n,%%%\n";
  assert.equal(text(netstring.encode(message)), frame);
  assert.deepEqual(classic.decode(bytes(frame)), { ok: true, message });
});

Deno.test("classic framing, letter by letter", () => {
  const lines = "t=note\nnl=a\x13b\n(1)bin=AAo9\n(3)l=3:abc,4:defg,\n" +
    "(2)child=>>>\x14k=v\x14(2)gc=>>>\x15deep=er\x13nl\x15<<<\x15\x14<<<\x14\n";
  const frame = `>>>\n${lines}<<<\n`;
  assert.equal(text(classic.encode(message)), frame);
  assert.equal(text(netstring.inner!(message)), lines);
  for (const ending of ["", "\0"]) {
    assert.deepEqual(netstring.decode(bytes(frame + ending)), { ok: true, message });
  }
  const packet = text(classic.seal(classic.encode(message), 1, "ab12"));
  assert.equal(packet, `>>>\n${lines}auth=1 ab12\n<<<\n`);
});

Deno.test("one spelling for each message: what decodes encodes to the same bytes", () => {
  for (
    const frame of [
      "###\n06:(0)k=v,%%%\n", // a padded length
      "###\n6:(6)k=v,%%%\n", // a type that does not exist
      "###\n6:[0)k=v,%%%\n",
      "###\n6:(0)k=v%%%\n",
      "###\n7:(0)k=v,%%%\n",
      "###\n6:(0)k=v,%%%\nx",
      "###\n4:(0)=,%%%\n", // no name
      "###\n9:(3)l=0:,,%%%\n", // an empty text in a list
      "###\n99999999999:(0)k=v,%%%\n",
      ">>>\n(0)k=v\n<<<\n", // strings carry no type
      ">>>\n(1)k=AAo\n<<<\n", // base64 without padding
      ">>>\n(1)k=AAp9 \n<<<\n",
      ">>>\n(1)k=AB==\n<<<\n", // bits that nobody reads
      ">>>\nk=v\n<<<\n\0\0",
      "xyz",
      "",
    ]
  ) {
    assert.equal(netstring.decode(bytes(frame)).ok, false, JSON.stringify(frame));
  }
});

Deno.test("a trailer is found in its one place and spelling", () => {
  const frame = "###\n6:(0)k=v,%%%\n";
  assert.equal(netstring.open(bytes(`${frame}6:1 ab12,`))?.mac, "ab12");
  for (
    const trailer of [
      "06:1 ab12,",
      "7:1 ab12,",
      "6:1 ab12",
      "6:1 ab12,,",
      "6:1 AB12,",
      "7:01 ab12,",
      "5:1ab12,",
      "6:1 ab12,\0",
      "2:1 ,",
    ]
  ) {
    assert.equal(netstring.open(bytes(frame + trailer)), undefined, trailer);
  }
});

Deno.test("a replacement character is text; bytes that are not UTF-8 are octets", () => {
  const value = "\ufffd".repeat(20);
  const frame = netstring.encode([{ type: "string", name: "k", value }]);
  assert.deepEqual(netstring.decode(frame), {
    ok: true,
    message: [{ type: "string", name: "k", value }],
  });
  const broken = frame.slice();
  broken[frame.lastIndexOf(0xef)] = 0xff;
  const decoded = netstring.decode(broken);
  assert.equal(decoded.ok && decoded.message[0]?.type, "octets");
});
