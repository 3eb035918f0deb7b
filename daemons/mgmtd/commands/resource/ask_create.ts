/**
 * `ha resource create` without words on a terminal: asks for name, agent and parameters, as a form that
 * is made from the agent's own meta-data.
 *
 * @module
 */
import { readAgent } from "../../../../metadata/agents/mod.ts";
import { withCode } from "../../../../metadata/code.ts";
import type { Field } from "../../../../metadata/field.ts";
import { askForm, type TerminalIo } from "../../../../metadata/form/mod.ts";
import { agentKey } from "../../../cib/doors/parameters.ts";
import { type Agent, agentIn } from "../../api/resources/agent.ts";
import { Problems } from "../../api/problems.ts";
import type { Call, Io, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { withNode } from "../../node_client.ts";
import { clusterSocket } from "../../node_sockets.ts";

/** Asks the node for the fields of an agent; undefined: it does not have it. */
export type FieldsOf = (agent: Agent) => Promise<readonly Field[] | undefined>;

/** The call with what was asked for; undefined: there is no terminal; else an exit code. */
export async function askCreate(
  call: Call,
  io: Io,
  where: Where,
): Promise<Call | number | undefined> {
  const { describedBy } = await import("../../steer/agents.ts");
  let asked: Call | number | undefined;
  const code = await withNode(clusterSocket(call, where), io, async (client) => {
    asked = await askFor(call, io, async (agent) => {
      const xml = (await describedBy(client, [agent])).get(agentKey(agent));
      const read = xml === undefined ? undefined : readAgent(xml);
      return read?.ok === true ? read.value.agent.fields : undefined;
    });
    return exit.ok;
  });
  return code === exit.ok ? asked : code;
}

/** The same, with somebody who knows the agents. */
export async function askFor(
  call: Call,
  io: Io,
  fieldsOf: FieldsOf,
): Promise<Call | number | undefined> {
  const name = io.ask("Name of the resource:")?.trim();
  if (name === undefined) return undefined;
  const text = io.ask("Agent, as ocf:heartbeat:IPaddr2 (ha resource agents lists them):")?.trim();
  const problems = new Problems();
  const agent = agentIn(text ?? "", problems);
  if (agent === undefined) {
    io.err(problems.all.map((problem) => problem.text));
    return exit.invalidParameter;
  }
  const fields = await fieldsOf(agent);
  if (fields === undefined) {
    io.err([
      withCode("HA0006", `This node has no agent "${text}". Fix: see ha resource agents`),
    ]);
    return exit.noSuch;
  }
  const form: TerminalIo = {
    write: (line) => io.out(line),
    readLine: (question) => Promise.resolve(io.ask(question.trimEnd())),
    readSecret: (question) => io.secret?.(question) ?? Promise.resolve(undefined),
  };
  const required = fields.filter((field) => field.required === true && field.default === undefined);
  const more = fields.filter((field) => !required.includes(field));
  const values = await askForm(required, form);
  const wants = more.length > 0 &&
    /^y(es)?$/i.test(
      io.ask(`${more.length} more parameters have defaults. Ask for them? [y/N]`) ?? "",
    );
  const others = values !== undefined && wants ? await askForm(more, form) : {};
  if (values === undefined || others === undefined) {
    io.err("Nothing was created.\n");
    return exit.error;
  }
  const pairs = Object.entries({ ...values, ...given(more, others) })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${value}`);
  return { ...call, positionals: [name, text ?? "", ...pairs] };
}

/** Values that are not the defaults: a default may change with the agent. */
const given = (
  fields: readonly Field[],
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(values).filter(([key, value]) =>
      value !== fields.find(({ fieldname }) => fieldname === key)?.default
    ),
  );
