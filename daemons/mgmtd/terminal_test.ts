import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { unprintableIn } from "../../metadata/printable.ts";
import { ran } from "./commands/testing/ran.ts";
import { simulate } from "./commands/simulate.ts";
import { shown } from "./terminal.ts";
import { writeAll } from "./write_all.ts";

const project = filePath(new URL("../..", import.meta.url));

/** The only files that may write to a terminal, each with what it writes. */
const writers = new Set([
  "daemons/mgmtd/terminal.ts", // escapes
  "daemons/mgmtd/compat/main.ts", // exact values for agents; no id or value holds a control character
  "daemons/mgmtd/ask_secret.ts", // given what is escaped
  "daemons/runtime/log.ts", // escapes
  "daemons/runtime/line_writer.ts", // lines of log.ts
  "daemons/runtime/parent.ts", // answers to a parent, in words of ours
  "daemons/site/node_config/reference.ts", // a README of ours, for a task
  "daemons/site/exec_path.ts", // the path of Deno, for a task
  "daemons/mgmtd/demo/flags.ts", // flags, for a task
  "daemons/mgmtd/package/dist/flags.ts", // flags, for a task
  "daemons/mgmtd/demo/plug.ts", // a device of the demo, with fixed words
  "daemons/mgmtd/consult.ts", // JSON by a pipe, for its parent
  "daemons/mgmtd/ha.ts", // what its child wrote, which has escaped it
  "daemons/mgmtd/cluster/join/main.ts", // one line by a pipe, for its parent, which escapes it
  "daemons/mgmtd/local_nodes/guard.ts", // one fixed word, for its parent
  "daemons/apphbd/mod.ts", // events by a pipe, for its parent, which reads them field by field
]);

function sources(folder: string): string[] {
  return [...Deno.readDirSync(`${project}/${folder}`)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? sources(path) : /(?<!_test)\.ts$/.test(name) ? [path] : [];
  });
}

Deno.test("nothing of the daemons and of ha writes to a terminal around the escaping", {
  permissions: { read: [project] },
}, () => {
  const writes = /\bconsole\.|\bDeno\.(?:stdout|stderr)\b|(?<![.\w])(?:prompt|alert|confirm)\(/;
  const around = sources("daemons").filter((path) =>
    !writers.has(path) && !path.includes("/testing/") &&
    writes.test(Deno.readTextFileSync(`${project}/${path}`).replace(/\/\*[\s\S]*?\*\//g, ""))
  );
  assert.deepEqual(around, []);
});

Deno.test("a line of a list stays one line, a text keeps its own lines", () => {
  assert.equal(shown(["a\nb\u001b[2J", "c\td"]), "a\\u000ab\\u001b[2J\nc\td\n");
  assert.equal(shown("a\nb\u202e\n"), "a\nb\\u202e\n");
});

/** A CIB with one id, name or agent that would forge or move what is shown. */
const cibs: Readonly<Record<string, (xml: string) => string>> = {
  "an id with a line break": (xml) => xml.replace('id="web"', 'id="web&#10;  * Node n1: FORGED"'),
  "an id with C1": (xml) => xml.replace('id="web"', 'id="web&#x9b;31m"'),
  "an id that is reordered": (xml) => xml.replace('id="web"', 'id="we\u202eb"'),
  "a node's name": (xml) => xml.replace('uname="n1"', 'uname="n1&#10;FORGED"'),
  "an agent's class": (xml) => xml.replace('class="ocf"', 'class="ocf&#x9b;2J"'),
};
const cib = `<cib validate-with="pacemaker-3.9" epoch="1" num_updates="0" have-quorum="1">
<configuration><crm_config/><nodes><node id="n1" uname="n1"/></nodes><resources>
<primitive id="web" class="ocf" provider="heartbeat" type="Dummy"/></resources><constraints/>
</configuration><status><node_state id="n1" uname="n1" in_ccm="true" crmd="online" join="member"
expected="member"><lrm id="n1"><lrm_resources><lrm_resource id="web" class="ocf"
provider="heartbeat" type="Dummy"><lrm_rsc_op id="web_last_0" operation_key="web_start_0"
operation="start" on_node="n1" transition-key="1:1:0:x" transition-magic="0:1;1:1:0:x"
exit-reason="no disk&#10;FORGED&#x9b;2J\u202e" call-id="3" rc-code="1" op-status="0" interval="0"/>
</lrm_resource></lrm_resources></lrm></node_state></status></cib>`;

for (const [name, change] of Object.entries({ "nothing strange": (xml: string) => xml, ...cibs })) {
  const folder = `${project}/.test`;
  Deno.test(`ha simulate of a CIB with ${name} shows nothing that drives a terminal`, {
    permissions: { read: [project], write: [folder] },
  }, async () => {
    await Deno.mkdir(folder, { recursive: true });
    const file = await Deno.makeTempFile({ dir: folder });
    try {
      await Deno.writeTextFile(file, change(cib));
      const where = { project, here: folder, deno: "" };
      const { code, out, err } = await ran([simulate], ["simulate", "-c", "-x", file], where);
      assert.equal(unprintableIn((out + err).replaceAll(/[\n\t]/g, "")), undefined);
      assert.doesNotMatch(out + err, /^\s*(?:\* Node n1: )?FORGED/m);
      if (name === "nothing strange") assert.match(out, /no disk\\u000aFORGED\\u009b2J/);
      else {
        assert.notEqual(code, 0);
        assert.match(err, /at line \d+ holds the character \\u/);
      }
    } finally {
      await Deno.remove(file);
    }
  });
}

Deno.test("a reader that is behind gets all, though its pipe does not block", () => {
  const said: string[] = [];
  let refusals = 3;
  const full = {
    writeSync(bytes: Uint8Array): number {
      if (refusals-- > 0) throw new Deno.errors.WouldBlock("EAGAIN");
      refusals = 1;
      said.push(new TextDecoder().decode(bytes.subarray(0, 2)));
      return Math.min(bytes.length, 2);
    },
  };
  writeAll(full, "whole");
  assert.deepEqual(said, ["wh", "ol", "e"]);
  const gone = {
    writeSync: () => {
      throw new Deno.errors.BrokenPipe();
    },
  };
  assert.throws(() => writeAll(gone, "x"), Deno.errors.BrokenPipe);
});
