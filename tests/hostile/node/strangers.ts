/**
 * The third-party plugins: a fencing device for each attack, and a class of resource agents with
 * all of them, which replaces the project's own.
 *
 * @module
 */
import { type Attack, moduleOf } from "../attack.ts";
import { identifier, surroundingsFields, writePlugin } from "../plugins.ts";

const ofAgents = `[
  { fieldname: "cluster", basictype: "string" },
  { fieldname: "node", basictype: "string" },
]`;

/** Writes the plugins into the site's folder; their folders. */
export async function writeStrangers(site: URL, attacks: readonly Attack[]): Promise<URL[]> {
  const folders: URL[] = [];
  for (const attack of attacks) {
    const name = identifier(attack.name);
    // For the control, which is no plugin.
    await Deno.writeTextFile(new URL(`${name}.js`, site), moduleOf(attack), { mode: 0o600 });
    folders.push(
      await writePlugin(site, {
        kind: "stonith",
        name,
        config: surroundingsFields,
        permissions: attack.permissions ?? {},
        files: { "attack.js": moduleOf(attack), "mod.ts": device },
      }),
    );
  }
  folders.push(
    await writePlugin(site, {
      kind: "stonith",
      name: "careless",
      config: `[{ fieldname: "token", basictype: "string", secret: true, required: true },
  { fieldname: "number", basictype: "string", secret: true, regex: "[0-9]+" }]`,
      permissions: {},
      files: { "mod.ts": careless },
    }),
  );
  const agents = attacks.filter(({ permissions }) => permissions === undefined);
  const files = agents.map((attack) => [`${identifier(attack.name)}.js`, moduleOf(attack)]);
  folders.push(
    await writePlugin(site, {
      kind: "ra",
      name: "deno",
      config: ofAgents,
      permissions: {},
      files: { ...Object.fromEntries(files), "mod.ts": agentsModule(agents) },
    }),
  );
  return folders;
}

/** Strikes when it is asked which hosts it fences. */
const device = `import open from "./attack.js";
export default (config, host) => {
  const attacker = open(config, host);
  return {
    hosts: async () => [String(await attacker.attack())],
    status: () => ({ ok: true, detail: "" }),
    fence: () => ({ ok: true, detail: "" }),
    close: () => attacker.close(),
  };
};
`;

/** Means no harm, and says its secret wherever it can. */
const careless = `export default ({ token }, host) => {
  host.log("info", "logging in with " + token);
  host.emit({ token });
  console.error("token " + token);
  return {
    hosts: async () => { throw new Error("cannot log in with " + token); },
    status: () => ({ ok: false, detail: "the device has refused" }),
    fence: () => Promise.reject(new RangeError("bad token " + encodeURIComponent(token))),
  };
};
`;

/** Strikes with the first operation of a resource whose type names the attack. */
function agentsModule(attacks: readonly Attack[]): string {
  const names = attacks.map(({ name }) => identifier(name));
  return `${names.map((name) => `import ${name} from "./${name}.js";\n`).join("")}
const attacks = { ${names.join(", ")} };
export default (_config, host) => ({
  list: () => [],
  describe: () => "",
  async run({ agent, parameters }) {
    const { port, ...others } = parameters;
    const attacker = attacks[agent.type]({ ...others, port: Number(port) }, host);
    const output = String(await attacker.attack());
    return { rc: 1, timedOut: false, output };
  },
});
`;
}
