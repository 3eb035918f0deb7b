/**
 * The texts of the forms themselves, by language; fields bring their own texts.
 *
 * @module
 */

/** Every word and sentence that a form adds. */
export type Words = Readonly<
  Record<
    | "required"
    | "deprecated"
    | "instead"
    | "unit"
    | "defaultIs"
    | "onlyIf"
    | "or"
    | "onePerLine"
    | "secretKept"
    | "secretRemove"
    | "notSet"
    | "on"
    | "off"
    | "item"
    | "newItem"
    | "removeItem"
    | "addItem"
    | "submit"
    | "problems"
    | "fix"
    | "more"
    | "anyText"
    | "another"
    | "leave"
    | "items"
    | "to"
    | "fillIn",
    string
  >
>;

const en: Words = {
  required: "required",
  deprecated: "No longer to be used.",
  instead: "Instead:",
  unit: "in",
  defaultIs: "If left empty:",
  onlyIf: "Counts only if",
  or: "or",
  onePerLine: "One per line.",
  secretKept: "A value is stored. It stays as it is if this is left empty.",
  secretRemove: "Remove the stored value",
  notSet: "not set",
  on: "on",
  off: "off",
  item: "No.",
  newItem: "new",
  removeItem: "Remove this",
  addItem: "Room for one more",
  submit: "Save",
  problems: "This cannot be saved yet:",
  fix: "Fix:",
  more: "More",
  anyText: "Any other text may be written too.",
  another: "Another?",
  leave: 'A "." leaves it out.',
  items: "Items wanted:",
  to: "to",
  fillIn: "Fill this in?",
};

const de: Words = {
  required: "nötig",
  deprecated: "Soll nicht mehr benutzt werden.",
  instead: "Stattdessen:",
  unit: "in",
  defaultIs: "Wenn leer:",
  onlyIf: "Gilt nur, wenn",
  or: "oder",
  onePerLine: "Eines je Zeile.",
  secretKept: "Ein Wert ist gespeichert. Er bleibt, wenn dies leer bleibt.",
  secretRemove: "Gespeicherten Wert entfernen",
  notSet: "nicht gesetzt",
  on: "an",
  off: "aus",
  item: "Nr.",
  newItem: "neu",
  removeItem: "Dies entfernen",
  addItem: "Platz für eines mehr",
  submit: "Speichern",
  problems: "So kann es nicht gespeichert werden:",
  fix: "Abhilfe:",
  more: "Mehr",
  anyText: "Es darf auch anderer Text sein.",
  another: "Noch eines?",
  leave: "Ein „.“ lässt es weg.",
  items: "Anzahl:",
  to: "bis",
  fillIn: "Ausfüllen?",
};

const languages: Readonly<Record<string, Words>> = { en, de };

/** The words of a language, or the English ones. */
export function wordsIn(language: string): Words {
  const base = language.toLowerCase().split("-")[0]!;
  return Object.hasOwn(languages, base) ? languages[base]! : en;
}
