/**
 * What stands in for the standard library has its names and signatures, so that the import map's lines
 * are all that changes where its registry can be reached. The types are compared by the compiler:
 * `deno task check`.
 */
import assert from "node:assert/strict";
import * as args from "@std/cli/parse-args";
import * as xml from "@std/xml";
import { projectNames } from "../../metadata/std/names.ts";
import { filePath } from "../../pils/found.ts";
import * as publishedArgs from "./published_parse_args.ts";
import * as publishedXml from "./published_xml.ts";

const project = new URL("../../", import.meta.url);

/** A value of the one type is taken where the other is expected. */
const same = <A, B extends A>(_: (_: A) => B) => {};

// What stands in is called as the published one is, and gives what that gives.
export const parse: typeof publishedXml.parse = xml.parse;
export const stringify: typeof publishedXml.stringify = xml.stringify;
export const parseArgs: typeof publishedArgs.parseArgs = args.parseArgs;
export const XmlSyntaxError: typeof publishedXml.XmlSyntaxError = xml.XmlSyntaxError;
same<publishedXml.XmlDocument, xml.XmlDocument>((one) => one);
same<xml.XmlDocument, publishedXml.XmlDocument>((one) => one);
same<publishedXml.XmlNode, xml.XmlNode>((one) => one);
same<xml.XmlNode, publishedXml.XmlNode>((one) => one);
same<publishedXml.ParseOptions, xml.ParseOptions>((one) => one);
same<xml.ParseOptions, publishedXml.ParseOptions>((one) => one);
same<publishedXml.StringifyOptions, xml.StringifyOptions>((one) => one);
same<xml.StringifyOptions, publishedXml.StringifyOptions>((one) => one);

Deno.test("what stands in exports nothing that is not published", { permissions: "none" }, () => {
  const more = (ours: object, published: readonly string[]) =>
    Object.keys(ours).filter((name) => !published.includes(name));
  assert.deepEqual(more(xml, publishedXml.published), []);
  assert.deepEqual(more(args, publishedArgs.published), []);
});

Deno.test("the import map and the names that strangers' plugins get are the same", {
  permissions: { read: [filePath(project)] },
}, async () => {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", project)));
  const ours = Object.entries(imports).filter(([, to]) => String(to).startsWith("./"));
  assert.deepEqual(Object.fromEntries(ours), projectNames);
});

/** Modules below a folder of the project. */
function* modulesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, project))) {
    const path = `${folder}${name}`;
    if (isDirectory && !name.startsWith(".")) yield* modulesIn(`${path}/`);
    else if (name.endsWith(".ts")) yield path;
  }
}

Deno.test("the reader and the writer of @std/xml are imported by that name", {
  permissions: { read: [filePath(project)] },
}, () => {
  const types =
    /^(?:Xml(?:Element|Node|TextNode|CDataNode|CommentNode|Document|Name|Position)|StringifyOptions)$/;
  // Bounds, lines of elements and instructions are ours.
  const more = /\.line\b|\bline[:?,]|trackPosition|keepInstructions|sInstruction|profiles|Max:/;
  const wrong = ["metadata/", "pils/", "plugins/", "daemons/"].flatMap((floor) =>
    [...modulesIn(floor)].filter((path) => {
      if (/^metadata\/(?:xml|std)\//.test(path)) return false;
      const text = Deno.readTextFileSync(new URL(path, project));
      const found = /import (?:type )?\{([^}]*)\} from "[^"]*\/xml\/(?:mod|types)\.ts"/.exec(text);
      const names = found?.[1]?.split(",").map((name) => name.replace("type", "").trim())
        .filter((name) => name !== "") ?? [];
      return !more.test(text) && names.some((name) => name in xml) &&
        names.every((name) => types.test(name) || name in xml);
    })
  );
  assert.deepEqual(wrong, [], 'Fix: import it from "@std/xml", then run: deno task lock');
});

Deno.test("arguments are read as the standard library reads them", { permissions: "none" }, () => {
  const table = [
    [["--foo", "--bar=baz", "./quux.txt"], {}, { foo: true, bar: "baz", _: ["./quux.txt"] }],
    [["-a", "beep", "-b"], {}, { a: "beep", b: true, _: [] }],
    [["--n", "5", "0x10", "x"], {}, { n: 5, _: [16, "x"] }],
    [["--n", "5", "7"], { string: ["n", "_"] }, { n: "5", _: ["7"] }],
    [["--v", "x"], { boolean: ["v", "w"] }, { v: true, w: false, _: ["x"] }],
    [["--v", "false"], { boolean: "v" }, { v: false, _: [] }],
    [["--v=false"], { boolean: "v" }, { v: false, _: [] }],
    [["-vq"], { boolean: ["v", "q"] }, { v: true, q: true, _: [] }],
    [["--lock"], { string: "lock" }, { lock: "", _: [] }],
    [["--lock", "--x"], { string: "lock" }, { lock: "", x: true, _: [] }],
    [["-l", "f"], { string: "lock", alias: { lock: "l" } }, { lock: "f", l: "f", _: [] }],
    [["--a=1", "--a", "2"], { string: "a", collect: "a" }, { a: ["1", "2"], _: [] }],
    [[], { string: "a", collect: "a" }, { a: [], _: [] }],
    [["--no-color"], { negatable: "color" }, { color: false, _: [] }],
    [["--no-color"], {}, { "no-color": true, _: [] }],
    [[], { default: { a: 1 } }, { a: 1, _: [] }],
    [["x", "--a"], { stopEarly: true }, { _: ["x", "--a"] }],
    [["--a", "--", "-b"], {}, { a: true, _: ["-b"] }],
    [["--a", "--", "-b"], { "--": true }, { a: true, "--": ["-b"], _: [] }],
    [["-", "x"], {}, { _: ["-", "x"] }],
  ] as const;
  for (const [words, options, result] of table) {
    const read = args.parseArgs([...words], options);
    assert.deepEqual({ ...read }, result, words.join(" "));
  }
  const unknown: unknown[] = [];
  args.parseArgs(["--a", "--b=1", "x"], {
    boolean: "a",
    unknown: (...about) => (unknown.push(about), false),
  });
  assert.deepEqual(unknown, [["--b=1", "b", "1"], ["x"]]);
});
