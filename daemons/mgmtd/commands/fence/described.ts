/**
 * What a type of devices takes and may do: of a plugin by its manifest, of a program by its meta-data.
 *
 * @module
 */
import type { Field, Text } from "../../../../metadata/field.ts";
import type { Permissions } from "../../../../metadata/manifest.ts";
import type { Where } from "../../command.ts";
import type { Grant } from "../../../site/flags.ts";
import { agentGrant, agentSource, askAgent } from "../plugin/agent.ts";
import { ownFields } from "./own_fields.ts";
import type { DeviceType } from "./types.ts";

/** A type as forms and people see it. */
export interface DescribedType {
  readonly type: string;
  readonly plugin: string;
  readonly program?: string;
  readonly approved: boolean;
  readonly summary: Text;
  readonly description: Text;
  /** All fields: of the plugin, and of the program. */
  readonly fields: readonly Field[];
  /** Of these, the ones of the program. */
  readonly own: readonly Field[];
  /** With the type filled in. */
  readonly permissions: Permissions;
}

/** The word by which the agents' reader knows the program of a type. */
const wordOf = (type: string): string => `stonith:${type}`;

/** What asking the programs of these types takes. */
export function programGrant(types: readonly string[], where: Where): Required<Pick<Grant, "run">> {
  const run = types.flatMap((type) => {
    const source = agentSource(wordOf(type), where);
    const isProgram = source !== undefined && /^(?:fence_|external\/)/.test(type);
    return isProgram ? agentGrant(source).run ?? [] : [];
  });
  return { run: [...new Set(run)] };
}

/**
 * Describes a type. The program of one that was not approved is asked.
 *
 * @throws {DiagnosticError | Error} if it says nothing of itself
 */
export async function describedType(device: DeviceType, where: Where): Promise<DescribedType> {
  const { type, held: { id, locked: { manifest } }, program, approved } = device;
  const { family, summary, config, permissions } = manifest;
  const plain = config.filter(({ fieldname }) => fieldname !== family?.field);
  const whole = { type, plugin: id, approved };
  if (program === undefined || family === undefined) {
    return { ...whole, summary, description: {}, fields: plain, own: [], permissions };
  }
  const filled = { ...permissions, run: (permissions.run ?? []).map(fill) };
  const taken = config.map(({ fieldname }) => fieldname);
  const said = { ...whole, program, permissions: filled };
  if (device.own !== undefined) {
    const { own } = device;
    return { ...said, summary: { en: type }, description: {}, fields: [...plain, ...own], own };
  }
  const source = agentSource(wordOf(type), where);
  if (source === undefined) throw new Error(`${type} is no type of a program`);
  const { agent } = await askAgent(type, source);
  const own = ownFields(agent, taken);
  const { short_text = { en: type }, long_text = {} } = agent;
  return { ...said, summary: short_text, description: long_text, fields: [...plain, ...own], own };

  function fill(one: string): string {
    return one.replace(`{${family?.field}}`, type);
  }
}
