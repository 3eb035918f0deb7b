/**
 * What `ha explain` prints.
 *
 * @module
 */
import { type Code, codes, codesByArea, isCode } from "../../../metadata/codes/table.ts";
import { withCode } from "../../../metadata/code.ts";
import { didYouMean } from "../../../metadata/nearest.ts";

/** A code as a person writes it: in lower case, with brackets, or without `HA`. */
export function readCode(word: string): string {
  const plain = word.trim().replace(/^\[(.*)\]$/s, "$1").trim().toUpperCase();
  return /^\d{4}$/.test(plain) ? `HA${plain}` : plain;
}

/** That there is no such code, and what to do. */
export function unknownCode(word: string): string {
  const near = didYouMean(readCode(word), Object.keys(codes));
  return withCode("HA0006", `There is no code "${word}".${near} Fix: ha explain lists all codes`);
}

/** One code in full. */
export function codeText(code: Code): string {
  const { title, meaning, causes, fix, command } = codes[code];
  return [
    `${code}: ${title}`,
    "",
    ...wrapped(meaning, ""),
    "",
    "Causes:",
    ...causes.flatMap((cause) => wrapped(cause, "  ", "- ")),
    "",
    ...wrapped(`Fix: ${fix}`, ""),
    ...(command === undefined ? [] : ["", `  ${command}`]),
    "",
  ].join("\n");
}

/** All codes by area, a line each. */
export function listText(): string {
  return codesByArea().map(({ title, codes }) =>
    `${title}\n${codes.map(({ code, title }) => `  ${code}  ${title}\n`).join("")}`
  ).join("\n");
}

/** The codes as data: those that are named, else all. */
export const codesAsData = (wanted: readonly Code[]) =>
  codesByArea().flatMap(({ title: area, codes }) => codes.map((entry) => ({ area, ...entry })))
    .filter(({ code }) => wanted.length === 0 || wanted.includes(code));

/** Which of the words are codes, and which are none. */
export function sortCodes(words: readonly string[]) {
  const wanted: Code[] = [];
  const unknown: string[] = [];
  for (const word of words) {
    const code = readCode(word);
    if (isCode(code)) wanted.push(code);
    else unknown.push(word);
  }
  return { wanted, unknown };
}

/** Characters of a line. */
const width = 80;

/** A text in lines. */
function wrapped(text: string, indent: string, mark = ""): string[] {
  const lines: string[] = [];
  let line = `${indent}${mark}`;
  for (const word of text.split(" ")) {
    if (line.trim() !== "" && line.length + word.length >= width) {
      lines.push(line.trimEnd());
      line = `${indent}${" ".repeat(mark.length)}`;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
