/**
 * Reads `recoverymgrd.conf` of the original: entries such as
 *
 *     user:group /path/script {
 *       APPHB_HUP = "restart"
 *       APPHB_NOHB = "restart"
 *     }
 *
 * The base name of the script is the name of the application.
 *
 * @module
 */
import type { Diagnostic } from "../../../metadata/diagnostic.ts";

/** An entry, with names as the file has them: numbers are this machine's to know. */
export interface ImportedRecovery {
  readonly name: string;
  readonly user: string;
  readonly group: string;
  readonly script: string;
  readonly events: readonly { readonly event: string; readonly argument: string }[];
}

/** What the file says. */
export interface RecoverymgrdConf {
  readonly entries: readonly ImportedRecovery[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Events by their names in the file. */
const eventsByName: Readonly<Record<string, string>> = {
  APPHB_HUP: "hup",
  APPHB_NOHB: "nohb",
  APPHB_HBAGAIN: "hbagain",
  APPHB_HBWARN: "hbwarn",
  APPHB_HBUNREG: "hbunreg",
};

/** A word of the file and its line. */
interface Token {
  readonly text: string;
  readonly isQuoted: boolean;
  readonly line: number;
}

/** Reads the text. What cannot be read ends the reading: what follows may mean anything. */
export function readRecoverymgrdConf(text: string): RecoverymgrdConf {
  const diagnostics: Diagnostic[] = [];
  const entries: ImportedRecovery[] = [];
  const tokens = tokensOf(text.replace(/^\ufeff/, ""));
  const last: Token = { text: "", isQuoted: false, line: tokens.at(-1)?.line ?? 1 };
  let at = 0;
  const next = () => tokens[at++] ?? last;
  const report = (severity: Diagnostic["severity"], { line }: Token, what: string, fix: string) =>
    void diagnostics.push({
      ...{ severity, path: ["recoverymgrd.conf"], line, what, fix, code: "HA1009" },
      why: 'expected USER:GROUP /PATH { EVENT = "ARGUMENT" ... }',
    });
  while (at < tokens.length) {
    const [who, path, open] = [next(), next(), next()];
    const [, user = "", group = ""] = /^([^:]+):([^:]+)$/.exec(who.text) ?? [];
    if (user === "" || !path.text.startsWith("/") || open.text !== "{" || open.isQuoted) {
      report(
        "error",
        who,
        `"${who.text.slice(0, 40)}" does not begin an entry`,
        "correct the entry",
      );
      break;
    }
    const events = [];
    let token = next();
    for (; token.text !== "}" && token.text !== ""; token = next()) {
      const event = Object.hasOwn(eventsByName, token.text) ? eventsByName[token.text] : undefined;
      const name = token.text.slice(0, 40);
      if (event === undefined) report("error", token, `"${name}" is not an event`, "remove it");
      // An event without an argument does not run the script, there as here.
      if (tokens[at]?.text !== "=" || tokens[at]?.isQuoted === true) continue;
      at++;
      const argument = next();
      if (!argument.isQuoted) report("error", argument, `${name} has no text`, "put it in quotes");
      else if (event !== undefined && argument.text !== "") {
        events.push({ event, argument: argument.text });
      }
    }
    if (token.text === "") report("error", token, "an entry does not end", "write }");
    const name = path.text.slice(path.text.lastIndexOf("/") + 1);
    if (events.length > 0) entries.push({ name, user, group, script: path.text, events });
    else report("warning", who, `${path.text.slice(0, 80)} has no event`, "remove the entry");
  }
  return { entries, diagnostics };
}

function tokensOf(text: string): Token[] {
  return text.split("\n").flatMap((whole, at) => {
    const found = whole.matchAll(/"([^"]*)"|#.*|[{}=]|[^\s{}="#]+/g);
    return [...found].filter(([word]) => !word.startsWith("#")).map(([word, quoted]) => ({
      text: quoted ?? word,
      isQuoted: quoted !== undefined,
      line: at + 1,
    }));
  });
}
