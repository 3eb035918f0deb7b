/**
 * An alert as a mail: the sentence as its subject, the details as its text.
 *
 * @module
 */
import type { Alert } from "../../handler/notifier/contract.ts";
import { line, sentence } from "../../handler/notifier/words.ts";

/** Characters of a subject: one line of a mail. */
const subjectCharactersMax = 180;

/** Headers and text (RFC 5322); the text is base64, so no line of it can mean anything else. */
export function mailOf(from: string, to: string, alert: Alert): string {
  const { kind, what, why, wallMs, node, sequence, facts } = alert;
  const rows = Object.entries({ kind, ...facts, reported_by: node, sequence: String(sequence) });
  const text = [
    line(what),
    ...(why === "" ? [] : [line(why)]),
    "",
    ...rows.map(([name, value]) => `${name}: ${line(value)}`),
    "",
  ].join("\r\n");
  return [
    `From: <${from}>`,
    `To: <${to}>`,
    `Subject: ${encoded(sentence(alert).slice(0, subjectCharactersMax))}`,
    `Date: ${new Date(wallMs).toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${crypto.randomUUID()}@${from.slice(from.lastIndexOf("@") + 1)}>`,
    "Auto-Submitted: auto-generated",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    new TextEncoder().encode(text).toBase64().replace(/.{1,76}/g, "$&\r\n").trimEnd(),
  ].join("\r\n");
}

/** A header holds ASCII: anything else is encoded words (RFC 2047), of whole characters. */
function encoded(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  const words: string[] = [];
  let part = "";
  const flush = () => {
    if (part !== "") words.push(`=?utf-8?B?${new TextEncoder().encode(part).toBase64()}?=`);
    part = "";
  };
  for (const character of text) {
    if (new TextEncoder().encode(part + character).length > 42) flush();
    part += character;
  }
  flush();
  return words.join("\r\n ");
}
