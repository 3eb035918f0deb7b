import assert from "node:assert/strict";
import { parse, stringify } from "@std/xml";
import { editableCib } from "./cib_edit.ts";
import { inject, type Injections, isEmpty } from "./inject.ts";

const cibText = `<cib epoch="3" num_updates="9"><configuration><crm_config/><nodes>` +
  `<node id="1" uname="alice"/></nodes></configuration><status>` +
  `<node_state id="1" uname="alice" in_ccm="true" crmd="online" join="member" expected="member">` +
  `<lrm id="1"/></node_state></status></cib>`;

function happen(injections: Injections) {
  const cib = editableCib(parse(cibText).root);
  const agent = { class: "ocf", provider: "heartbeat", type: "Dummy" };
  const done = inject(cib, injections, (id) => id === "db" ? agent : undefined, 500);
  return { ...done, text: stringify(cib.root) };
}

Deno.test("nodes come, go and fail", () => {
  const up = happen({ nodesUp: ["bob"] });
  assert.deepEqual(up.lines, ["  * Bringing node bob online"]);
  assert.match(up.text, /<node id="bob" uname="bob"\/>/);
  assert.match(up.text, /<node_state id="bob" uname="bob" in_ccm="true" crmd="online"/);
  assert.match(up.text, /epoch="4"/);

  const down = happen({ nodesDown: ["alice"] });
  assert.match(down.text, /in_ccm="false" crmd="offline" join="down" expected="down"[^>]*\/>/);

  const lost = happen({ nodesFailed: ["alice"] });
  assert.match(lost.text, /in_ccm="false" crmd="online" join="member" expected="member"/);
});

Deno.test("quorum, watchdog and tickets are set", () => {
  const { text } = happen({
    quorum: "false",
    watchdog: "true",
    ticketsGranted: ["t"],
    ticketsStandby: ["t"],
  });
  assert.match(text, /have-quorum="false"/);
  assert.match(text, /name="have-watchdog" value="true"/);
  assert.match(text, /<ticket_state id="t" granted="true" standby="true"\/>/);
});

Deno.test("an operation fails, is counted and recorded", () => {
  const { text, lines, problems } = happen({ operations: ["db_monitor_10000@alice=7"] });
  assert.deepEqual(problems, []);
  assert.equal(lines.length, 3);
  assert.match(text, /name="last-failure-db#monitor_10000" value="500"/);
  assert.match(text, /<lrm_rsc_op id="db_last_failure_0" operation_key="db_monitor_10000"/);
});

Deno.test("what cannot happen is said, all of it", () => {
  const { problems } = happen({
    nodesDown: ["carol"],
    operations: ["nonsense", "other_start_0@alice=1", "db_start_0@carol=1"],
  });
  assert.equal(problems.length, 4);
  assert.match(problems[0] ?? "", /"carol"/);
  assert.match(problems[1] ?? "", /RESOURCE_TASK_INTERVAL@NODE=RC/);
  assert.match(problems[2] ?? "", /no resource "other"/);
  assert.match(problems[3] ?? "", /no node "carol"/);
});

Deno.test("nothing is nothing", () => {
  assert.equal(isEmpty({ nodesUp: [] }), true);
  assert.equal(isEmpty({ quorum: "1" }), false);
});
