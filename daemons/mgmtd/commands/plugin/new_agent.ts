/**
 * A new resource agent: a folder of its own in a plugin of kind `ra`, and one line in `agents.ts`.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { filePath } from "../../../../pils/found.ts";

/** Names that a module cannot export, or that would hide what every object has. */
const reserved = /^(?:default|await|constructor|prototype|__proto__)$/;

/** Whether an agent can have that type. */
export const isAgentType = (name: string): boolean =>
  /^[A-Za-z][A-Za-z0-9_]{0,39}$/.test(name) && !reserved.test(name);

/**
 * Writes the agent.
 * @returns why it cannot be written; undefined if it is
 */
export async function writeAgent(name: string, plugin: URL): Promise<string | undefined> {
  if (!isAgentType(name)) {
    return `"${name}" is no type of an agent. A type has letters, digits and _, at most 40.`;
  }
  const list = new URL("agents.ts", plugin);
  const text = await Deno.readTextFile(list).catch(() => undefined);
  if (text === undefined) {
    return withCode(
      "HA2012",
      `There is no ${filePath(list)}. Fix: ha plugin new ra/NAME, and then ha plugin new ` +
        `agent ${name === "" ? "TYPE" : name} --at ra/NAME; or ha plugin new ra-agent TYPE`,
    );
  }
  const folder = new URL(`agents/${name}/`, plugin);
  if (await Deno.lstat(folder).then(() => true, () => false)) {
    return withCode("HA0011", `${filePath(folder)} is there already. Fix: choose another type`);
  }
  await Deno.mkdir(folder, { recursive: true });
  for (const [file, written] of Object.entries({ "agent.ts": agent, "actions.ts": actions })) {
    await Deno.writeTextFile(new URL(file, folder), written);
  }
  await Deno.writeTextFile(new URL("manifest.ts", folder), manifest(name));
  await Deno.writeTextFile(
    list,
    `${text.trimEnd()}\nexport * as ${name} from "./agents/${name}/agent.ts";\n`,
  );
  return undefined;
}

const agent = `/** The agent as its class takes it: what it is, and where its actions are. */
export { default as manifest } from "./manifest.ts";

/** Loaded in the process of an action only. */
export const actions = () => import("./actions.ts");
`;

const manifest = (name: string) =>
  `import { defineAgent } from "@pils/cluster/plugins/handler/ra/typescript/agent.ts";

/** Say here what it keeps running. */
export default defineAgent({
  type: "${name}",
  version: "1.0",
  summary: { en: "Keeps a file while it is started" },
  description: { en: "Say here what it keeps running, what it needs, and how it fails." },
  parameters: [
    {
      fieldname: "state",
      basictype: "string",
      specialtype: "path",
      required: true,
      unique: true,
      short_text: { en: "The file that is there while the resource is started" },
    },
  ],
  actions: [
    { name: "start", timeoutMs: 20_000 },
    { name: "stop", timeoutMs: 20_000 },
    { name: "monitor", timeoutMs: 20_000, intervalMs: 10_000 },
    { name: "meta-data", timeoutMs: 5_000 },
  ],
  actionPermissions: { read: ["{state}"], write: ["{state}"] },
});
`;

const actions = `/**
 * What the agent does. Each action is a process with the agent's own permissions.
 *
 * @module
 */
import { type Actions, rc } from "@pils/cluster/plugins/handler/ra/typescript/agent.ts";
import type manifest from "./manifest.ts";

const actions: Actions<typeof manifest> = {
  async start({ state }) {
    await Deno.writeTextFile(state, "started\\n", { mode: 0o600 });
    return rc.ok;
  },
  async stop({ state }) {
    await Deno.remove(state).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    return rc.ok;
  },
  async monitor({ state }) {
    try {
      await Deno.lstat(state);
      return rc.ok;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return rc.notRunning;
      throw error;
    }
  },
};

export default actions;
`;
