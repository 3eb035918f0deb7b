/**
 * Each case through the plugin of its class: stopped, started, failed, recovered, stopped; then our
 * own check of the agent, beside what `ocf-tester` gives.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readAgent } from "../../../metadata/agents/mod.ts";
import { check } from "../../../metadata/check.ts";
import { formHtml, formOf } from "../../../metadata/form/mod.ts";
import { parse } from "../../../metadata/xml/mod.ts";
import { conduct } from "../../../daemons/mgmtd/commands/plugin/conformance/conduct.ts";
import { type Case, cases } from "./cases.ts";
import { type Classes, refOf } from "./plugins.ts";
import { attempt, shell } from "./report.ts";

/** Agents of the disk that there are at least: those of the package. */
const agentsMin = 141;

/** Every agent of the disk is listed, described, and gives a form. */
export async function describeAll(classes: Classes): Promise<void> {
  await attempt("every OCF agent of the disk is listed, described and gets a form", async () => {
    const api = await classes.api("ocf");
    const refs = await api.list();
    assert.ok(refs.length >= agentsMin, `${refs.length} agents`);
    const wrong: string[] = [];
    let fields = 0;
    for (const ref of refs) {
      const name = `ocf:${ref.provider}:${ref.type}`;
      try {
        const read = readAgent(await api.describe(ref));
        assert.ok(read.ok, "its meta-data cannot be read");
        const { agent } = read.value;
        fields += agent.fields.length;
        parse(formHtml(formOf(agent.fields)));
        check(agent.fields, {});
      } catch (error) {
        wrong.push(`${name}: ${error}`);
      }
    }
    assert.deepEqual(wrong, []);
    return `${refs.length} agents, ${fields} parameters`;
  });
}

/** A case through its plugin. */
export async function operate(one: Case, classes: Classes): Promise<void> {
  const name = `${one.class}:${one.type}`;
  await attempt(`${name}: start, monitor, failure, recovery, stop through the plugin`, async () => {
    const rc = async (action: string, expected: readonly number[]) => {
      const result = await classes.run(one, action);
      const { rc, timedOut, output } = result;
      assert.ok(!timedOut && expected.includes(rc), `${action} gives ${rc}: ${output}`);
      return rc;
    };
    try {
      await rc("monitor", [7]);
      await rc("start", [0]);
      await rc("monitor", [0]);
      await shell(one.fail);
      const failed = await rc("monitor", [1, 7]);
      await rc("stop", [0]);
      await rc("start", [0]);
      await rc("monitor", [0]);
      await rc("stop", [0]);
      await rc("monitor", [7]);
      return `its failure is ${failed}`;
    } finally {
      await classes.run(one, "stop");
    }
  });
}

/** Our check of an OCF agent, and `ocf-tester`. */
export async function compare(one: Case, classes: Classes): Promise<void> {
  const { type, provider, parameters, tester, breaks = [] } = one;
  await attempt(`ocf:${type}: our check and ocf-tester agree`, async () => {
    const api = await classes.api("ocf");
    const ref = refOf(one);
    const read = readAgent(await api.describe(ref));
    assert.ok(read.ok);
    const { agent } = read.value;
    const outcomes = await conduct({ api, ref, name: type, agent }, parameters, () => {});
    const failed = outcomes.filter(({ result }) => result === "failed");
    assert.deepEqual(failed.map(({ id }) => id), breaks, JSON.stringify(failed));
    const options = Object.entries(parameters).map(([key, value]) => `-o ${key}="${value}"`);
    const path = `/usr/lib/ocf/resource.d/${provider}/${type}`;
    const text = await shell(
      `export OCF_ROOT=/usr/lib/ocf; ocf-tester -n tested ${
        options.join(" ")
      } ${path} 2>&1 || true`,
    );
    const passes = /passed all tests/.test(text);
    assert.equal(passes, tester === undefined, text.slice(-600));
    const ours = `${outcomes.filter(({ result }) => result === "ok").length} clauses hold`;
    return `${ours}, ocf-tester ${passes ? "passes" : `does not: ${tester}`}`;
  });
}

/** The parts. */
export async function byPlugin(classes: Classes): Promise<void> {
  await describeAll(classes);
  for (const one of cases) await operate(one, classes);
  for (const one of cases) if (one.class === "ocf") await compare(one, classes);
}
