/**
 * The programs of Pacemaker that people and scripts call, by name.
 *
 * @module
 */
import { Ending } from "../compat/exit_code.ts";
import { main } from "../compat/main.ts";
import { shadowFile } from "./shadow_place.ts";
import type { Tool, ToolCall } from "./tool.ts";

const tools: Readonly<Record<string, () => Promise<Tool>>> = {
  cl_status: async () => (await import("./programs/cl_status.ts")).clStatus,
  cibadmin: async () => (await import("./programs/cibadmin.ts")).cibadmin,
  crm_diff: async () => (await import("./programs/crm_diff.ts")).crmDiff,
  crm_error: async () => (await import("./programs/crm_error.ts")).crmError,
  crm_mon: async () => (await import("./programs/crm_mon.ts")).crmMon,
  crm_resource: async () => (await import("./programs/crm_resource.ts")).crmResource,
  crm_rule: async () => (await import("./programs/crm_rule.ts")).crmRule,
  crm_shadow: async () => (await import("./programs/crm_shadow.ts")).crmShadow,
  crm_ticket: async () => (await import("./programs/crm_ticket.ts")).crmTicket,
  crm_verify: async () => (await import("./programs/crm_verify.ts")).crmVerify,
  crmadmin: async () => (await import("./programs/crmadmin.ts")).crmadmin,
  stonith_admin: async () => (await import("./programs/stonith_admin.ts")).stonithAdmin,
};

/** Runs one call; gives the exit code. */
export async function runTool(name: string, call: ToolCall, socket: string): Promise<number> {
  const load = Object.hasOwn(tools, name) ? tools[name] : undefined;
  try {
    const code = await (await load?.())?.run(call);
    if (code !== undefined) return code;
  } catch (error) {
    if (!(error instanceof Ending)) throw error;
    call.err(`${name}: ${error.message}`);
    return error.code;
  }
  const words = [name, socket, "", ...call.args];
  const { shadow: { folder, active } } = call;
  const file = active === undefined ? undefined : shadowFile(folder, active);
  if (file === undefined) return await main(words, call.out, call.err);
  const { shadowNode } = await import("./shadow.ts");
  return await main(words, call.out, call.err, () => Promise.resolve(shadowNode(file, call.read)));
}
