import assert from "node:assert/strict";
import { type Driver, type Power, powerSwitch } from "./power_switch.ts";

/** A device that notes what it is asked; what is silent never answers. */
function noted(more: Partial<Driver> = {}, options: { readonly greets?: boolean } = {}) {
  const said: string[] = [];
  let power: Power = "on";
  const driver: Driver = {
    power(plug) {
      said.push(`power ${plug}`);
      return Promise.resolve(power);
    },
    order(plug, to) {
      said.push(`${to} ${plug}`);
      power = to;
      return Promise.resolve();
    },
    ...more,
  };
  const device = powerSwitch(new Map([["alice", ["1"]]]), driver, {
    name: "the device",
    ...options,
  });
  return { device, said };
}

Deno.test(
  "a device gets an order only after it has answered",
  { permissions: "none" },
  async () => {
    const { device, said } = noted();
    assert.deepEqual(await device.fence("off", "alice", 5_000), {
      ok: true,
      detail: "the device says that alice is off",
    });
    assert.deepEqual(said, ["power 1", "off 1", "power 1"]);
  },
);

Deno.test("a device that does not answer gets no order: it might arrive much later", {
  permissions: "none",
}, async () => {
  const silent = { power: () => Promise.reject(new Error("no answer")) };
  for (const action of ["off", "reboot", "on"] as const) {
    const { device, said } = noted(silent);
    const { ok, detail } = await device.fence(action, "alice", 5_000);
    assert.deepEqual([ok, detail, said], [false, "no answer", []], action);
  }
  // One that cannot say what a plug is has its own way to answer.
  const { device, said } = noted({ check: () => Promise.reject(new Error("no answer")) });
  assert.equal((await device.fence("off", "alice", 5_000)).ok, false);
  assert.deepEqual(said, []);
});

Deno.test("a driver whose orders begin with a conversation is not asked before", {
  permissions: "none",
}, async () => {
  const { device, said } = noted({}, { greets: true });
  assert.equal((await device.fence("off", "alice", 5_000)).ok, true);
  assert.deepEqual(said, ["off 1", "power 1"]);
});
