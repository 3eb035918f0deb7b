/**
 * `ha plugin configure`: the configuration of a plugin or an agent, asked on the terminal or drawn as
 * a page, from nothing but what it says of itself.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { isSecret } from "../../../../metadata/facts.ts";
import { askForm, formHtml, formOf } from "../../../../metadata/form/mod.ts";
import { jsonSchema } from "../../../../metadata/json_schema.ts";
import { textIn } from "../../../../metadata/text.ts";
import { filePath } from "../../../../pils/found.ts";
import type { Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import { agentSource } from "./agent.ts";
import { choicesOf } from "./ask_choices.ts";
import { consultsLock, folderUrl, placeOptions, placesOf } from "./places.ts";
import { subjectGrant, subjectOf } from "./subject.ts";

/** `ha plugin configure KIND/NAME|FOLDER|AGENT` */
export const configure: Command = {
  path: ["plugin", "configure"],
  summary: "Ask for the configuration of a plugin or an agent on the terminal",
  details: "AGENT is ocf:PROVIDER:TYPE, fence_TYPE, stonith:TYPE, or a file of meta-data, *.xml.",
  positionals: "KIND/NAME|FOLDER|AGENT",
  options: {
    ...placeOptions,
    html: { type: "boolean", summary: "Print a page with the form instead" },
    schema: { type: "boolean", summary: "Print the JSON Schema instead" },
    language: { type: "string", value: "TAG", summary: "Language of the texts; en if left out" },
    to: { type: "string", value: "FILE", summary: "Write what was answered, secrets too, as JSON" },
  },
  consults: consultsLock,
  grant(call, where, consulted) {
    const { to } = call.options;
    const write = typeof to === "string" ? [filePath(folderUrl(to, where.here))] : [];
    return { ...subjectGrant(call, where, call.positionals.slice(0, 1), consulted), write };
  },
  async run(call, io, where) {
    const [word] = call.positionals;
    if (word === undefined) {
      io.err("Say what is to be configured: KIND/NAME, FOLDER or AGENT\n");
      return exit.usage;
    }
    const { fields, name, summary } = await subjectOf(word, call, where);
    const language = typeof call.options.language === "string" ? call.options.language : "en";
    if (call.options.schema) {
      io.out(`${JSON.stringify(jsonSchema(fields), null, 2)}\n`);
      return exit.ok;
    }
    if (call.options.html) {
      const title = `${name}: ${textIn(summary, language) ?? ""}`;
      io.out(page(title, language, formHtml(formOf(fields, { language }))));
      return exit.ok;
    }
    const { secret } = io;
    if (secret === undefined) {
      io.err(
        withCode(
          "HA0010",
          "There is no terminal to ask. Fix: --html or --schema, or write the values as JSON\n",
        ),
      );
      return exit.permission;
    }
    io.out(`${name}: ${textIn(summary, language) ?? ""}\n"?" explains, "-" takes a value away.\n`);
    const choices = agentSource(word, where) === undefined
      ? choicesOf(name, placesOf(call, where))
      : undefined;
    const values = await askForm(fields, {
      write: (text) => io.out(text),
      readLine: (question) => Promise.resolve(io.ask(question.trimEnd())),
      readSecret: (question) => secret(question),
    }, {
      language,
      ...(choices === undefined ? {} : { choicesOf: (field, so) => choices.of(field, so) }),
    });
    if (values === undefined) {
      io.err("Nothing was configured.\n");
      return exit.error;
    }
    const { to } = call.options;
    if (typeof to === "string") {
      const file = filePath(folderUrl(to, where.here));
      const text = `${JSON.stringify(values, null, 2)}\n`;
      await Deno.writeTextFile(file, text, { mode: 0o600, createNew: true });
      io.out(`${file} written.\n`);
      return exit.ok;
    }
    const shown = Object.fromEntries(
      Object.entries(values).map(([key, value]) => {
        const field = fields.find(({ fieldname }) => fieldname === key);
        return [key, field === undefined ? value : masked(field, value)];
      }),
    );
    io.out(`${JSON.stringify(shown, null, 2)}\n`);
    return exit.ok;
  },
};

/** A value with every secret in it replaced. */
function masked(field: Parameters<typeof isSecret>[0], value: unknown): unknown {
  if (isSecret(field)) return "***";
  if (Array.isArray(value)) return value.map((item) => masked({ ...field, isarray: false }, item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const found = field.fields?.find(({ fieldname }) => fieldname === key);
      return [key, found === undefined ? member : masked(found, member)];
    }),
  );
}

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

function page(title: string, language: string, form: string): string {
  return `<!doctype html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>${escaped(title)}</title>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${form}
</main>
</body>
</html>
`;
}
