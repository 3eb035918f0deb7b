/**
 * The attribute that follows a host which answers pings, on real nodes; and a rule that uses it.
 *
 * @module
 */
import { attempt, shell } from "./report.ts";
import { primitive, type Stage, until } from "./stage.ts";

const host = "10.9.0.50";

/** What the node configuration says of it. */
export const pinged = {
  pings: [{ plugin: "medium/ping", name: "gw", address: host }],
  deadpingMs: 2_000,
  connectivity: { attribute: "pingd", multiplier: 100, dampenMs: 100 },
};

/** The host is an address of this machine, which answers while it is there. */
const answers = (yes: boolean) => shell(`ip address ${yes ? "add" : "del"} ${host}/32 dev lo`);

/** Runs the part. */
export async function connectivity(stage: Stage): Promise<void> {
  const values = async () =>
    [...(await stage.cib()).matchAll(/<nvpair [^>]*name="pingd"[^>]*>/g)]
      .map(([pair]) => /value="([^"]*)"/.exec(pair)?.[1] ?? "");
  const all = (value: string) =>
    until(values, (found) => found.length === 3 && found.every((one) => one === value));
  const started = (yes: boolean) =>
    until(() => stage.ha("status"), (text) => /needs.*Started/.test(text) === yes);
  await attempt("a host that answers pings gives each node its value", async () => {
    await answers(true);
    await all("100");
  });
  await attempt("a resource runs only where the host answers", async () => {
    await stage.create(primitive("ocf:heartbeat:Dummy", "needs"));
    await stage.constrain(
      `<rsc_location id="needs-gw" rsc="needs"><rule id="needs-r" score="-INFINITY" boolean-op="or">
<expression id="needs-e1" attribute="pingd" operation="not_defined"/>
<expression id="needs-e2" attribute="pingd" operation="lte" value="0" type="number"/></rule></rsc_location>`,
    );
    await started(true);
    const from = performance.now();
    await answers(false);
    await all("0");
    await started(false);
    const ms = Math.round(performance.now() - from);
    await answers(true);
    await started(true);
    await stage.apply({
      op: "delete",
      path: "/cib/configuration/constraints/rsc_location[@id='needs-gw']",
    });
    await stage.remove("primitive", "needs");
    await until(() => stage.cib(), (cib) => !cib.includes('id="needs"'));
    return `stopped ${ms} ms after the host was gone`;
  });
}
