import assert from "node:assert/strict";
import { clusterFields } from "./manifests.ts";
import { clusterParameters, delayMsFor, delayMsMax, triesMaxMax } from "./parameters.ts";

const read = (all: Readonly<Record<string, string>>, type = "ipmilan") =>
  clusterParameters(type, all);
const wrong = (all: Readonly<Record<string, string>>, type = "ipmilan") => read(all, type).wrong;

/** Every parameter of `pacemaker-fenced(7)` of Pacemaker 2.1.5, with a value that can be heeded. */
const documented: Readonly<Record<string, string>> = {
  pcmk_host_argument: "port",
  pcmk_host_map: "alice:1;bob:2",
  pcmk_host_list: "alice,bob",
  pcmk_host_check: "static-list",
  pcmk_delay_max: "9s",
  pcmk_delay_base: "5s",
  pcmk_action_limit: "1",
  ...Object.fromEntries(
    ["reboot", "off", "on", "list", "monitor", "status"].flatMap((action) => [
      [`pcmk_${action}_action`, action],
      [`pcmk_${action}_timeout`, "60s"],
      [`pcmk_${action}_retries`, "2"],
    ]),
  ),
};

Deno.test("every documented parameter of the cluster is heeded or refused by its name", () => {
  assert.deepEqual(wrong(documented, "fence_ipmilan"), []);
  const [only, ...more] = wrong(documented);
  assert.match(only ?? "", /^pcmk_host_argument is refused: .* \[HA8002\]\. Fix: /);
  assert.deepEqual(more, []);
  for (const name of Object.keys(documented)) {
    // Whatever the name, nonsense is not passed over. A list of nodes may name anything.
    if (/host_list|host_argument/.test(name)) continue;
    const [text] = wrong({ pcmk_host_list: "alice", [name]: "!!" });
    assert.ok(text?.startsWith(`${name} is refused: `), `${name}: ${text}`);
  }
  assert.match(wrong({ pcmk_hostlist: "alice" })[0] ?? "", /^pcmk_hostlist is refused: /);
  const known = new Set(clusterFields.map(({ fieldname }) => fieldname));
  const missing = Object.keys(documented).filter((name) => !known.has(name));
  assert.deepEqual(missing, ["pcmk_host_argument"], "only programs have it, and their manifest");
});

Deno.test("the form of the cluster's parameters takes what is heeded, and nothing else", () => {
  const takes = (name: string, value: string) => {
    const found = clusterFields.find(({ fieldname }) => fieldname === name);
    if (found?.basictype === "enum") return found.choices?.some((one) => one === value) === true;
    return new RegExp(`^(?:${found?.regex ?? ".*"})$`, "v").test(value);
  };
  for (const [name, value] of Object.entries(documented)) assert.ok(takes(name, value), name);
  for (
    const [name, value] of [
      ["pcmk_delay_base", "alice:5s;bob:0"],
      ["pcmk_delay_base", "5x"],
      ["pcmk_delay_max", "alice:5x"],
      ["pcmk_action_limit", "0"],
      ["pcmk_action_limit", "-1"],
      ["pcmk_reboot_action", "off"],
      ["pcmk_reboot_action", "cycle"],
      ["pcmk_on_action", "off"],
      ["pcmk_off_retries", "101"],
      ["pcmk_host_check", "status"],
      ["pcmk_host_check", "none"],
      ["pcmk_list_action", "gethosts"],
      ["pcmk_list_timeout", "1h"],
    ] as const
  ) {
    assert.equal(takes(name, value), wrong({ [name]: value }).length === 0, `${name}=${value}`);
  }
});

Deno.test("times are read with their units; what is no time is refused", () => {
  for (
    const [text, ms] of [
      ["7", 7_000],
      [" 7s ", 7_000],
      ["7sec", 7_000],
      ["7ms", 7],
      ["7min", 420_000],
      ["7m", 420_000],
      ["7h", 25_200_000],
      ["0", 0],
      ["", 0],
    ] as const
  ) {
    const found = read({ pcmk_delay_base: text });
    assert.deepEqual([found.delayBase.allMs, found.wrong], [ms, []], text);
  }
  for (const text of ["soon", "-7", "7 days", "1e3"]) {
    assert.match(wrong({ pcmk_delay_base: text })[0] ?? "", /^pcmk_delay_base is refused/, text);
  }
});

Deno.test("a delay is by node, and random between its base and its maximum", () => {
  const by = read({ pcmk_delay_base: "alice:5s;bob:0", pcmk_delay_max: "alice:9s" });
  assert.deepEqual(by.wrong, []);
  const delays = (node: string) => [0, 0.5, 0.999_999].map((f) => delayMsFor(by, node, () => f));
  assert.deepEqual(delays("alice"), [5_000, 7_000, 9_000]);
  assert.deepEqual(delays("bob"), [0, 0, 0]);
  assert.deepEqual(delays("carol"), [0, 0, 0], "who is not named does not wait");
  assert.equal(delayMsMax(by, "alice"), 9_000);
  const random = read({ pcmk_delay_max: "2s" });
  assert.deepEqual([0, 0.999_999].map((f) => delayMsFor(random, "bob", () => f)), [0, 2_000]);
  const above = read({ pcmk_delay_base: "9s", pcmk_delay_max: "2s" });
  assert.equal(delayMsFor(above, "bob", () => 0.5), 2_000);
  assert.match(wrong({ pcmk_delay_base: "alice:5s;:3" })[0] ?? "", /":3" is not NODE:TIME/);
});

Deno.test("how the nodes of a device are known, and which plug they have", () => {
  const found = read({ pcmk_host_map: "alice:1;bob:2 carol:3", pcmk_host_list: "dave" });
  assert.deepEqual([found.hosts, found.check], [["dave", "alice", "bob", "carol"], "static-list"]);
  assert.deepEqual([...found.plugs], [["alice", "1"], ["bob", "2"], ["carol", "3"]]);
  assert.equal(read({}).check, "dynamic-list");
  assert.equal(read({ pcmk_host_list: "alice", pcmk_host_check: "none" }).check, "none");
  // A family knows the plugs of its program itself.
  assert.equal(read({ pcmk_host_map: "alice:1,2" }, "fence_apc").plugs.size, 0);
  assert.deepEqual(wrong({ pcmk_host_map: "alice:1,2" }, "fence_apc"), []);
  assert.match(wrong({ pcmk_host_map: "alice:1,2" })[0] ?? "", /alice has several plugs/);
  assert.equal(wrong({ pcmk_host_map: "alice" }).length, 1);
  assert.match(wrong({ pcmk_host_check: "static-list" })[0] ?? "", /no node is named/);
  assert.match(wrong({ pcmk_host_check: "status" })[0] ?? "", /^pcmk_host_check is refused/);
});

Deno.test("actions have their own command, time and number of tries", () => {
  const { actions } = read({
    pcmk_reboot_action: "off",
    pcmk_reboot_timeout: "2min",
    pcmk_off_retries: "3",
    pcmk_on_retries: "0",
    pcmk_on_timeout: "0",
  });
  assert.deepEqual(actions, {
    reboot: { action: "off", timeoutMs: 120_000, triesMax: 1 },
    off: { action: "off", triesMax: 3 },
    on: { action: "on", triesMax: 1 },
  });
  for (const name of ["pcmk_off_action", "pcmk_reboot_action"]) {
    assert.match(wrong({ [name]: "on" })[0] ?? "", /is the opposite of/);
  }
  assert.equal(wrong({ pcmk_off_retries: `${triesMaxMax + 1}` }).length, 1);
  assert.equal(read({ pcmk_action_limit: "-1" }).actionsMax, Infinity);
  assert.equal(read({}).actionsMax, 1);
  assert.deepEqual(read({ pcmk_monitor_timeout: "9s", pcmk_status_retries: "2" }).monitor, {
    timeoutMs: 9_000,
    triesMax: 1,
  });
});
