/**
 * How the nodes of a simulated world are fenced: devices, levels, and which device reaches which node
 * from which node.
 *
 * @module
 */

/**
 * How nodes are fenced: by one device; by the second if the first cannot; or the same by levels of a
 * topology. Each world has one of them in turn.
 */
export const fencings = ["one device", "two devices", "levels"] as const;

/**
 * Worlds of their own, made for fencing. `supplies`: each node has two power supplies, one level
 * switches both, the next level is one device. `delays`: delays, tries and timeouts. `reach`: only odd
 * nodes reach the device. `unfencing`: a device must switch a node on before it runs anything.
 * `halves`: two nodes, of which the more important one is to win.
 */
export const fencingWorlds = ["supplies", "delays", "reach", "unfencing", "halves"] as const;

/** One of them. */
export type FencingPlan = typeof fencings[number] | typeof fencingWorlds[number];

/** Parameters of a device. */
type Parameters = Readonly<Record<string, string>>;

/** Numbers of the worlds that checkers judge by. */
export const delays = { baseMs: 3_000, maxMs: 6_000, tries: 2, timeoutMs: 25_000 } as const;
/** Milliseconds of `priority-fencing-delay` in `halves`: three times what a device may take. */
const priorityDelayMs = 16_000;

const devices: Readonly<Record<FencingPlan, Readonly<Record<string, Parameters>>>> = {
  "one device": { power: {} },
  "two devices": { power: {}, spare: {} },
  levels: { power: {}, spare: {} },
  supplies: { psu1: {}, psu2: {}, spare: {} },
  delays: {
    power: {
      pcmk_delay_base: `${delays.baseMs}ms`,
      pcmk_delay_max: `${delays.maxMs}ms`,
      pcmk_reboot_retries: `${delays.tries}`,
      pcmk_reboot_timeout: `${delays.timeoutMs}ms`,
    },
    spare: {},
  },
  reach: { odd: {} },
  unfencing: { fabric: { provides: "unfencing" }, spare: {} },
  halves: { power: {} },
};

/** The ids of the devices, of which each is to be tried, in this order. */
export const devicesOf: Readonly<Record<FencingPlan, readonly string[]>> = {
  "one device": ["power"],
  "two devices": ["power", "spare"],
  levels: ["power", "spare"],
  // The second supply is not asked where the first one failed.
  supplies: ["psu1", "spare"],
  delays: ["power", "spare"],
  reach: [],
  unfencing: ["fabric", "spare"],
  halves: ["power"],
};

/** Devices of which each is one of the power supplies of each node. */
export const suppliesOf = (plan: FencingPlan): readonly string[] =>
  plan === "supplies" ? ["psu1", "psu2"] : [];

/** Whether a device can be reached from a node. */
export const reachOf = (plan: FencingPlan, by: string): boolean => plan !== "reach" || isOdd(by);

/** Whether a node has an odd number. */
export const isOdd = (node: string): boolean => Number(node.slice(1)) % 2 === 1;

const pairs = (id: string, values: Parameters) =>
  Object.entries(values).map(([name, value]) =>
    `<nvpair id="${id}-${name}" name="${name}" value="${value}"/>`
  ).join("");

/** The devices, for these nodes. */
export const devicesXml = (plan: FencingPlan, nodes: readonly string[]): string =>
  Object.entries(devices[plan]).map(([id, { provides, ...values }]) =>
    `<primitive id="${id}" class="stonith" type="process">` +
    (provides === undefined
      ? ""
      : `<meta_attributes id="${id}-meta">${pairs(id, { provides })}</meta_attributes>`) +
    `<instance_attributes id="${id}-attributes">${
      pairs(id, { hosts: nodes.join(" "), ...values })
    }</instance_attributes></primitive>`
  ).join("");

/** The levels, for these nodes. */
export function levelsXml(plan: FencingPlan, nodes: readonly string[]): string {
  const level = (id: string, target: string, index: number, devices: string) =>
    `<fencing-level id="${id}" ${target} index="${index}" devices="${devices}"/>`;
  const levels = plan === "levels"
    ? nodes.flatMap((node) =>
      devicesOf[plan].map((device, at) =>
        level(`${node}-${at + 1}`, `target="${node}"`, at + 1, device)
      )
    )
    : plan === "supplies"
    ? [
      level("all-1", 'target-pattern="^n[0-9]+$"', 1, "psu1,psu2"),
      level("all-2", 'target-pattern="^n[0-9]+$"', 2, "spare"),
    ]
    : [];
  return levels.length === 0 ? "" : `<fencing-topology>${levels.join("")}</fencing-topology>`;
}

/** Options of the cluster. */
export const optionsOf = (plan: FencingPlan): Parameters =>
  plan === "halves" ? { "priority-fencing-delay": `${priorityDelayMs}ms` } : {};
