/**
 * `ha fence describe`: what a type of devices takes and may do.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { DiagnosticError } from "../../../../metadata/diagnostic.ts";
import { formHtml, formOf } from "../../../../metadata/form/mod.ts";
import { jsonSchema } from "../../../../metadata/json_schema.ts";
import { messageOf } from "../../../../metadata/message_of.ts";
import { textIn } from "../../../../metadata/text.ts";
import type { Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import { fieldLines } from "../plugin/field_lines.ts";
import { placeOptions, placesOf } from "../plugin/places.ts";
import { asks } from "../plugin/words.ts";
import { type DescribedType, describedType, programGrant } from "./described.ts";
import { consultsLocks, deviceGrant, devicePlugins } from "./places.ts";
import { deviceType } from "./types.ts";

/** `ha fence describe TYPE...` */
export const describe: Command = {
  path: ["fence", "describe"],
  summary: "Show a type of fencing devices: its parameters and what it may do",
  positionals: "TYPE...",
  details: "The program of a type that was not approved yet is asked for its meta-data.",
  options: {
    ...placeOptions,
    json: { type: "boolean", summary: "Print one JSON array, with fields and JSON Schemas" },
    html: { type: "boolean", summary: "Print the form as HTML" },
  },
  consults: consultsLocks,
  grant(call, where, consulted) {
    const grant = deviceGrant(call, where, devicePlugins, consulted);
    const { run } = programGrant(call.positionals, where);
    return { ...grant, run: [...new Set([...grant.run ?? [], ...run])] };
  },
  async run(call, io, where) {
    if (call.positionals.length === 0) {
      const fix = "take one of ha fence devices";
      io.err(withCode("HA0002", `Name a type: ha fence describe TYPE... Fix: ${fix}\n`));
      return exit.usage;
    }
    const places = placesOf(call, where);
    const found: DescribedType[] = [];
    let code: number = exit.ok;
    for (const type of call.positionals) {
      try {
        found.push(await describedType(await deviceType(type, places), where));
      } catch (error) {
        code = error instanceof DiagnosticError ? exit.noSuch : exit.error;
        io.err(`${type}: ${messageOf(error)}\n`);
      }
    }
    if (call.options.json === true) {
      const data = found.map((one) => ({ ...one, configSchema: jsonSchema(one.fields) }));
      io.out(`${JSON.stringify(data, null, 2)}\n`);
    } else if (call.options.html === true) {
      for (const { fields } of found) io.out(`${formHtml(formOf(fields))}\n`);
    } else for (const one of found) io.out(lines(one));
    return code;
  },
};

function lines(found: DescribedType): readonly string[] {
  const { type, plugin, program, approved, summary, fields, permissions } = found;
  const wanted = asks({ permissions, config: fields });
  return [
    `${type}: ${textIn(summary, "en") ?? ""}`,
    `  served by ${plugin}${program === undefined ? "" : `, which runs ${program}`}`,
    ...(approved ? [] : [withCode("HA2001", `  not approved. Fix: ha fence add ${type}`)]),
    wanted.length === 0 ? "  asks for no permission" : "  asks to:",
    ...wanted.map((sentence) => `    - ${sentence}`),
    "  configuration:",
    ...fieldLines(fields, "    "),
  ];
}
