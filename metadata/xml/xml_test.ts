import assert from "node:assert/strict";
import fc from "fast-check";
import { parse, profiles, stringify, type XmlElement, type XmlNode } from "./mod.ts";

/** Written and read again, it is what it was. */
const survives = (xml: string) => assert.equal(stringify(parse(xml, profiles.cib)), xml);

Deno.test("what a person may have written survives a round trip", () => {
  for (
    const xml of [
      "<a/>",
      '<a z="1" b="2" m="3"/>',
      '<a b="one&#10;two&#9;three&#13;four  five"/>',
      '<a b="&lt;&gt;&amp;&quot;\'"/>',
      "<a>&lt;b&gt; &amp; \"c\" 'd'&#13;</a>",
      '<__proto__ __proto__="1" constructor="2" toString="3"><constructor/></__proto__>',
      "<a><!-- a comment --><![CDATA[<raw> & ]]]]><![CDATA[>]]><?target some text?><?bare?></a>",
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><!-- before --><?p q?><a/><!-- after -->',
      "<a>\n  mixed <b>text</b>\n</a>",
      '<a xmlns="u" xmlns:x="v" x:b="1"><x:c xml:lang="de"/></a>',
      '<grüße größe="ß">𝄞 漢字</grüße>',
      '<a.b-c_d:e xmlns:a.b-c_d="u"/>',
    ]
  ) survives(xml);
});

Deno.test("names like those of every object's prototype are attributes like others", () => {
  const { root } = parse('<a __proto__="1" constructor="2"/>');
  assert.equal(root.attributes["__proto__"], "1");
  assert.equal(root.attributes["constructor"], "2");
  assert.equal(root.attributes["toString"], undefined);
  assert.equal(({} as Record<string, unknown>)["1"], undefined);
  assert.deepEqual(Object.keys(root.attributes), ["__proto__", "constructor"]);
});

Deno.test("values are decoded and normalised as XML says", () => {
  const { root } = parse("<a b='1\n2\t3\r\n4&#10;5'>x\r\ny\rz&#13;&#x1d11e;</a>");
  assert.equal(root.attributes.b, "1 2 3 4\n5");
  assert.deepEqual(root.children, [{ type: "text", text: "x\ny\nz\r𝄞" }]);
});

Deno.test("options leave out what is not wanted", () => {
  const xml = "<a>\n <b/> <!--c--> <?d e?> <![CDATA[ ]]></a>";
  const types = (children: readonly XmlNode[]) => children.map(({ type }) => type).join(" ");
  assert.equal(types(parse(xml).root.children), "text element text comment text text cdata");
  const bare = parse(xml, { ignoreWhitespace: true, ignoreComments: true, keepInstructions: true });
  assert.equal(types(bare.root.children), "element comment cdata");
});

Deno.test("names know their prefix and the namespace it is bound to, where they stand", () => {
  const { root } = parse('<x:a xmlns:x="u"><x:b xmlns:x="v"/><x:c/></x:a>');
  assert.deepEqual(root.name, { raw: "x:a", local: "a", prefix: "x", uri: "u" });
  const [b, c] = root.children as readonly XmlElement[];
  assert.equal(b?.name.uri, "v");
  assert.equal(c?.name.uri, "u");
});

Deno.test("the line of an element is that of its <, and is kept only when asked for", () => {
  const xml = '\ufeff<a\n x="1">\n\n<b/>text<c\r\n/><d x="\n"\n/>\r<e\n/></a>';
  const lines: string[] = [];
  const walk = (node: XmlNode): void => {
    if (node.type !== "element") return;
    lines.push(`${node.name.local}${node.line}`);
    node.children.forEach(walk);
  };
  walk(parse(xml, { trackPosition: true }).root);
  assert.deepEqual(lines, ["a1", "b4", "c4", "d5", "e8"]);
  assert.equal(parse(xml).root.line, undefined);
});

Deno.test("indented output reads back as the same elements", () => {
  const xml = '<a><b c="1"><d/><!--e--></b><f>mixed <g><h/></g></f></a>';
  const indented = stringify(parse(xml), { indent: "  " });
  assert.equal(
    indented,
    '<a>\n  <b c="1">\n    <d/>\n    <!--e-->\n  </b>\n  <f>mixed <g><h/></g></f>\n</a>',
  );
  assert.equal(stringify(parse(indented, { ignoreWhitespace: true })), xml);
});

Deno.test("what XML cannot hold is refused before it is written", () => {
  const element = (about: Partial<XmlElement>): XmlElement => ({
    type: "element",
    name: { raw: "a", local: "a" },
    attributes: {},
    children: [],
    ...about,
  });
  const bad: readonly XmlElement[] = [
    element({ name: { raw: "a b", local: "a b" } }),
    element({ name: { raw: "", local: "" } }),
    element({ attributes: { 'x="1" y': "2" } }),
    element({ attributes: { x: "\0" } }),
    element({ attributes: { x: "\ud800" } }),
    element({ children: [{ type: "text", text: "\x07" }] }),
    element({ children: [{ type: "text", text: "\uffff" }] }),
    element({ children: [{ type: "cdata", text: "\r" }] }),
    element({ children: [{ type: "comment", text: "a--b" }] }),
    element({ children: [{ type: "comment", text: "a-" }] }),
    element({ children: [{ type: "comment", target: "x", text: "?><b/>" }] }),
    element({ children: [{ type: "comment", target: "XML", text: "" }] }),
  ];
  for (const node of bad) assert.throws(() => stringify(node), TypeError);
});

Deno.test("any tree that can be written reads back as itself", () => {
  const name = fc.constantFrom("a", "b-c", "_d", "__proto__", "größe", "constructor", "e.f");
  const text = fc.string({ unit: "binary", maxLength: 12 }).map((raw) =>
    // deno-lint-ignore no-control-regex -- XML has none of these
    raw.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "·")
  ).filter((made) => made.isWellFormed());
  const plain = text.map((made) => made.replaceAll("\r", "·"));
  const attributes = fc.uniqueArray(fc.tuple(name, text), {
    selector: ([key]) => key,
    maxLength: 5,
  })
    .map((pairs) => {
      const made: Record<string, string> = Object.create(null);
      for (const [key, value] of pairs) made[key] = value;
      return made;
    });
  const leaf: fc.Arbitrary<XmlNode> = fc.oneof(
    text.filter((made) => made !== "").map((made): XmlNode => ({ type: "text", text: made })),
    plain.filter((made) => !made.includes("]]>")).map((made): XmlNode => ({
      type: "cdata",
      text: made,
    })),
    plain.filter((made) => !/--|-$/.test(made)).map((made): XmlNode => ({
      type: "comment",
      text: made,
    })),
  );
  const { element } = fc.letrec<{ element: XmlNode; node: XmlNode }>((tie) => ({
    node: fc.oneof({ depthSize: "small" }, leaf, tie("element")),
    element: fc.tuple(name, attributes, fc.array(tie("node"), { maxLength: 4 })).map(
      ([raw, made, children]): XmlNode => ({
        type: "element",
        name: { raw, local: raw },
        attributes: made,
        // Two texts side by side are one text to a reader.
        children: children.filter((child, index) =>
          child.type !== "text" || children[index - 1]?.type !== "text"
        ),
      }),
    ),
  }));
  fc.assert(
    fc.property(element, (node) => {
      assert.deepEqual(parse(stringify(node as XmlElement)).root, node);
    }),
    { numRuns: 120 },
  );
});

Deno.test("whatever is read is either refused with its position or survives a round trip", () => {
  const parts = fc.constantFrom(
    ..."<,>,/,a,b,=,\",',&,;,&lt;,&#10;,<!--,-->,<![CDATA[,]]>,<?,?>, ,\n,<a>,</a>,<a/>,x:,xmlns:x,!DOCTYPE"
      .split(","),
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 14 }), fc.boolean(), (pieces, wrapped) => {
      const xml = wrapped ? `<a>${pieces.join("")}</a>` : pieces.join("");
      try {
        const document = parse(xml, profiles.cib);
        assert.deepEqual(parse(stringify(document), profiles.cib), document);
      } catch (error) {
        assert.ok(error instanceof Error);
        assert.equal(error.name, "XmlSyntaxError", `${xml}: ${error.stack}`);
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("what is wrong is said where it begins, not where the grammar noticed", () => {
  const filler = "<c>z;</c>\n".repeat(20);
  for (
    const [xml, what] of [
      [
        `<a>\n<b>x & y</b>\n${filler}</a>`,
        'An "&" that begins no reference; .* at line 2, column 6',
      ],
      [`<a>\n<b v="x&y"/>\n${filler}</a>`, 'An "&" that begins .* at line 2, column 8'],
      [`<a>\n<!-- x\n${filler}</a>`, "Unclosed comment at line 2, column 1"],
      [`<a>\n<![CDATA[ x\n${filler}</a>`, "Unclosed CDATA section at line 2, column 1"],
      [`<a>\n<b v="x/>\n${filler}</a>`, 'A value without a closing " at line 2, column 6'],
      [`<a>\n<b>\n${filler}</a>`, "</a> where <b> of line 2 is open at line 23, column 1"],
      [`<a>\n<b>\n${filler}`, "Unclosed tag <b> at line 2, column 1"],
      // What looks like it and is none does not hide what is wrong.
      [`<a>\n<!-- & " ' -->\n<![CDATA[ & < ]]>\n<b v='"'>&amp;</b>\n<d></a>`, "line 5, column 4"],
    ] as const
  ) assert.throws(() => parse(xml), new RegExp(what), xml);
});

Deno.test("a declaration says what it says, and stands at the beginning", () => {
  const declared = (text: string) => parse(`${text}<a/>`).declaration;
  const at = { type: "declaration", line: 1, column: 1, offset: 0, version: "1.0" };
  assert.deepEqual(declared('<?xml version="1.0"?>'), at);
  assert.deepEqual(declared('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'), {
    ...at,
    encoding: "UTF-8",
    standalone: "yes",
  });
  assert.deepEqual(declared('<?xml version="1.0" standalone="no"?>'), { ...at, standalone: "no" });
  assert.equal(declared(""), undefined);
});
