/**
 * `crm_ticket` against what the original says and does (Pacemaker 2.1.5, recorded on the same document).
 *
 * @module
 */
import assert from "node:assert/strict";
import { clusterOf, run } from "./testing/one_document.ts";

const cib =
  `<cib crm_feature_set="3.16.1" admin_epoch="0" epoch="5" num_updates="0"><configuration><crm_config/>
<nodes><node id="1" uname="n1"/></nodes><resources><primitive id="a" class="ocf" provider="heartbeat"
type="Dummy"/></resources><constraints><rsc_ticket id="rt1" rsc="a" ticket="T1" loss-policy="stop"/>
<rsc_ticket id="rt3" rsc="a" ticket="T3" rsc-role="Promoted"/></constraints></configuration><status><tickets>
<ticket_state id="T1" granted="true" last-granted="1700000000" owner="x"/>
<ticket_state id="T2" granted="false" standby="true"/></tickets></status></cib>`;

/** What a call prints, its exit code, and the state of the tickets after it. */
async function done(line: string) {
  const cluster = clusterOf(cib);
  const args = line === "" ? [] : line.split(" ");
  const said = await run("crm_ticket", args, cluster.client);
  const states = cluster.text().match(/<ticket_state [^>]*>/g) ?? [];
  return { ...said, states: states.map((one) => one.slice(14, -2)).join("; ") };
}

const one = 'id="T1" granted="true" last-granted="1700000000" owner="x"';
const two = 'id="T2" granted="false" standby="true"';
const before = `${one}; ${two}`;

Deno.test("crm_ticket shows tickets, their state and their constraints", async () => {
  const rows: readonly (readonly [line: string, code: number, text: string | RegExp])[] = [
    ["-w", 0, "T1\nT2\nT3\n"],
    ["-l -t T2", 0, "T2\trevoked [standby]\n"],
    ["-l -t T1", 0, /^T1\tgranted {11}last-granted='\w{3} Nov 1\d \d\d:\d\d:20 2023'\n$/],
    ["-L -t T1", 0, /^T1\tgranted {11}\(granted=true, last-granted='.* 2023', owner=x\)\n$/],
    ["-L -t T2", 0, "T2\trevoked [standby] (granted=false, standby=true)\n"],
    ["-l -t T9", 105, /No such ticket 'T9'/],
    ["-q -t T2", 0, `State XML:\n\n<ticket_state ${two}/>\n`],
    ["-q", 0, /^State XML:\n\n<tickets>\n {2}<ticket_state id="T1"/],
    ["-q -t T9", 105, /Could not query ticket XML/],
    ["-c -t T1", 0, /<rsc_ticket id="rt1" rsc="a" ticket="T1" loss-policy="stop"\/>\n$/],
    ["-c", 0, /<xpath-query>[^]*rt1[^]*rt3/],
    ["-c -t T2", 105, /Could not show ticket constraints/],
    ["-t T1 -G owner", 0, "x\n"],
    ["-t T1 -G nothing", 105, ""],
    ["-t T1 -G nothing -d 5", 0, "5\n"],
  ];
  for (const [line, code, text] of rows) {
    const found = await done(line);
    assert.equal(found.code, code, `${line}: ${found.text}`);
    if (typeof text === "string") assert.equal(found.text, text, line);
    else assert.match(found.text, text, line);
    assert.equal(found.states, before, line);
  }
});

Deno.test("crm_ticket grants, revokes, and changes attributes; what is dangerous wants --force", async () => {
  const rows: readonly (readonly [line: string, code: number, states: string])[] = [
    ["", 64, before],
    ["-g", 64, before],
    ["-t T2 -g", 4, before],
    [
      "-t T2 -g --force",
      0,
      `${one}; id="T2" granted="true" standby="true" last-granted="1800000000"`,
    ],
    ["-t T1 -r", 4, before],
    ["-t T1 -r --force", 0, `${one.replace("true", "false")}; ${two}`],
    ["-t T1 -s", 0, `${one} standby="true"; ${two}`],
    ["-t T2 -a", 0, `${one}; id="T2" granted="false" standby="false"`],
    ["-t T9 -s", 0, `${before}; id="T9" standby="true"`],
    ["-t T1 -S owner -v me", 0, `${one.replace('"x"', '"me"')}; ${two}`],
    ["-t T1 -S owner", 64, before],
    ["-t T1 -S granted -v false", 4, before],
    ["-t T1 -D owner", 0, `${one.replace(' owner="x"', "")}; ${two}`],
    ["-t T1 -D granted", 4, before],
    ["-t T1 -s -S owner -v q", 0, `${one.replace('"x"', '"q"')} standby="true"; ${two}`],
    ["-t T1 -C", 4, before],
    ["-t T1 -C --force", 0, two],
    ["-t T2 -C", 0, one],
    ["-t T9 -C", 105, before],
  ];
  for (const [line, code, states] of rows) {
    const found = await done(line);
    assert.equal(found.code, code, `${line}: ${found.text}`);
    assert.equal(found.states, states, line);
  }
});
