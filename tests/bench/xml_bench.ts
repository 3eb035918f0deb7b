/**
 * Reading and writing XML: ours beside libxml2 (compiled to WebAssembly) and fast-xml-parser, where
 * the import map has them. Needs no permission.
 *
 *     deno task bench xml
 *
 * @module
 */
import { parse, stringify } from "@std/xml";

/** One reader and writer: how long each takes on a document, in milliseconds. */
interface Library {
  readonly name: string;
  /** Reads once, writes once, and gives what it wrote. */
  readonly round: (xml: string, lap: (what: "read" | "write") => void) => string;
}

/** A CIB-like document of about so many characters. */
function document(charactersMin: number): string {
  const out = ['<cib epoch="7" num_updates="3" admin_epoch="0"><configuration/><status>'];
  for (let size = 0, id = 0; size < charactersMin; id++) {
    const node = id % 64;
    const key = `3:4:0:ee6d1c1a-1bf0-4d2b-9d0f-${id}`;
    const line = `<node_state id="${node}" uname="node${node}" in_ccm="true" crmd="online" ` +
      `join="member" expected="member"><lrm id="${node}"><lrm_resources><lrm_resource id="r${id}" ` +
      `class="ocf" provider="heartbeat" type="Dummy">\n  <lrm_rsc_op id="r${id}_last_0" ` +
      `operation_key="r${id}_start_0" operation="start" crm_feature_set="3.19.0" ` +
      `transition-key="${key}" transition-magic="0:0;${key}" exit-reason="a &amp; b" ` +
      `on_node="node${node}" call-id="${id}" rc-code="0" op-status="0" interval="0" ` +
      `last-rc-change="1700000000" exec-time="21" queue-time="0" ` +
      `op-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8"/>\n</lrm_resource></lrm_resources></lrm></node_state>\n`;
    out.push(line);
    size += line.length;
  }
  out.push("</status></cib>");
  return out.join("");
}

const ours: Library = {
  name: "ours",
  round: (xml, lap) => {
    const read = parse(xml);
    lap("read");
    const written = stringify(read);
    // A text put together of parts is made whole when it is first looked into: that belongs to it.
    written.charCodeAt(written.length - 1);
    lap("write");
    return written;
  },
};

/** A package, or undefined where the import map does not have it. */
async function peer(name: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    return await import(name);
  } catch {
    console.log(`${name} is not in the import map: skipped`);
    return undefined;
  }
}

interface Libxml2 {
  readonly XmlDocument: {
    fromString(xml: string): { toString(options?: { format: boolean }): string; dispose(): void };
  };
}
interface FastXmlParser {
  readonly XMLParser: new (options: object) => { parse(xml: string): unknown };
  readonly XMLBuilder: new (options: object) => { build(tree: unknown): string };
}

async function peers(): Promise<Library[]> {
  const found: Library[] = [];
  const libxml2 = await peer("libxml2-wasm");
  if (libxml2 !== undefined) {
    const { XmlDocument } = libxml2 as object as Libxml2;
    found.push({
      name: "libxml2-wasm",
      round: (xml, lap) => {
        const read = XmlDocument.fromString(xml);
        lap("read");
        const written = read.toString({ format: false });
        lap("write");
        read.dispose();
        return written;
      },
    });
  }
  const fast = await peer("fast-xml-parser");
  if (fast !== undefined) {
    const { XMLParser, XMLBuilder } = fast as object as FastXmlParser;
    const options = { ignoreAttributes: false, preserveOrder: true, trimValues: false };
    found.push({
      name: "fast-xml-parser",
      round: (xml, lap) => {
        const read = new XMLParser(options).parse(xml);
        lap("read");
        const written = new XMLBuilder(options).build(read);
        lap("write");
        return written;
      },
    });
  }
  return found;
}

/** The median of the times, in milliseconds. */
const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;

const libraries = [ours, ...await peers()];
for (const [size, rounds] of [[100_000, 60], [5_000_000, 5]] as const) {
  const xml = document(size);
  console.log(`\n${xml.length.toLocaleString("en")} characters, median of ${rounds} rounds`);
  let base: { read: number; write: number } | undefined;
  for (const { name, round } of libraries) {
    const times = { read: [] as number[], write: [] as number[] };
    for (let index = 0; index < rounds + 2; index++) {
      let began = performance.now();
      round(xml, (what) => {
        const now = performance.now();
        // The first two are for the compiler.
        if (index >= 2) times[what].push(now - began);
        began = performance.now();
      });
    }
    const took = { read: median(times.read), write: median(times.write) };
    base ??= took;
    const ratio = name === "ours"
      ? ""
      : `  ours takes ${(base.read / took.read).toFixed(2)} of its time to read, ` +
        `${(base.write / took.write).toFixed(2)} to write`;
    console.log(
      `${name.padEnd(16)} read ${took.read.toFixed(2)} ms, write ${
        took.write.toFixed(2)
      } ms${ratio}`,
    );
  }
}

const large = document(28_000_000);
const began = performance.now();
const tree = parse(large);
const readMs = performance.now() - began;
const same = stringify(tree) === large;
console.log(
  `\n${large.length.toLocaleString("en")} characters read once in ${readMs.toFixed(0)} ms` +
    `${same ? ", and written as they were" : ", but NOT written as they were"}`,
);
if (!same) Deno.exit(1);
