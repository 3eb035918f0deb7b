import assert from "node:assert/strict";
import { ha } from "./commands/testing/ha_child.ts";
import { permissions, project } from "./commands/testing/site.ts";
import { withoutHeapReport } from "./limits.ts";

const written = async (...parts: readonly string[]) => {
  const passed: string[] = [];
  const from = ReadableStream.from(parts).pipeThrough(new TextEncoderStream());
  const report = await withoutHeapReport(from, (text) => passed.push(text));
  return { passed: passed.join(""), report };
};

Deno.test("errors of a command pass at once; the report of a full heap is kept apart", async () => {
  assert.deepEqual(await written("one\n", "two? "), { passed: "one\ntwo? ", report: "" });
  assert.deepEqual(await written("error: <--- Last few GCs --->\n", "more\n"), {
    passed: "error: <--- Last few GCs --->\nmore\n",
    report: "",
  });
  assert.deepEqual(await written("one\n\n<--- Last", " few GCs --->\n", "#\n# Fatal"), {
    passed: "one\n\n",
    report: "<--- Last few GCs --->\n#\n# Fatal",
  });
  assert.deepEqual(await written("<-", " no report"), { passed: "<- no report", report: "" });
});

Deno.test("a command that computes for too long, or needs too much memory, ends with what to do", {
  permissions,
}, async () => {
  const scratch = `${project}/.test`;
  await Deno.mkdir(scratch, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: scratch, prefix: "limits_" });
  try {
    // A clone of a group at its bounds takes far longer than a second.
    const members = Array.from(
      { length: 4 },
      (_, at) => `<primitive id="p${at}" class="ocf" provider="pacemaker" type="Dummy"/>`,
    );
    const pair = (name: string, value: string) =>
      `<nvpair id="m-${name}" name="${name}" value="${value}"/>`;
    const meta = pair("clone-max", "512") + pair("clone-node-max", "512") +
      pair("globally-unique", "true");
    const node = (id: number) =>
      `<node_state id="${id}" uname="n${id}" in_ccm="true" crmd="online" ` +
      `join="member" expected="member"/>`;
    await Deno.writeTextFile(
      `${folder}/cib.xml`,
      `<cib have-quorum="1" crm_feature_set="3.19.0"><configuration><crm_config/><nodes>
<node id="1" uname="n1"/><node id="2" uname="n2"/></nodes><resources><clone id="c">
<meta_attributes id="m">${meta}</meta_attributes><group id="g">${members.join("")}</group></clone>
</resources><constraints/></configuration><status>${node(1)}${node(2)}</status></cib>`,
    );
    const late = await ha(folder, ["why", "g", "-x", "cib.xml", "--time-limit", "1"]);
    assert.equal(late.code, 124, late.err);
    assert.match(late.err, /has not ended within 1 seconds .*\[HA0027\]\. Fix: .*--time-limit/);

    // Many elements, read with the least memory that may be given.
    await Deno.writeTextFile(
      `${folder}/large.xml`,
      `<cib><configuration>${"<a b='1'/>".repeat(300_000)}</configuration></cib>`,
    );
    const large = await ha(folder, ["configure", "verify", "large.xml", "--memory-limit", "64"]);
    assert.equal(large.code, 124, large.err);
    assert.match(large.err, /^\s*The command needs more than 64 MiB .*\[HA0027\]\. Fix: .*\n$/);

    const wrong = await ha(folder, ["simulate", "-x", "cib.xml", "--time-limit", "5m"]);
    assert.equal(wrong.code, 64, wrong.err);
    assert.match(wrong.err, /"5m"; expected a whole number of SECONDS from 1 to 86400 \[HA0002\]/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
