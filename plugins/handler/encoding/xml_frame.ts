/**
 * What encodings over XML share: elements, texts, and the way from bytes to a checked message.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import { parse, profiles, stringify } from "../../../metadata/xml/mod.ts";
import type { XmlElement, XmlNode } from "@std/xml";
import { type Decoded, frameBytesMax, structDepthMax, type WireMessage } from "./contract.ts";
import { checkMessage } from "./sayable.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Elements within elements at most: structs, with what an encoding puts around each. */
const depthMax = structDepthMax * 8 + 16;

/** Writes a message as XML. @throws {RangeError} if it cannot be said. */
export function encodeXml(
  message: WireMessage,
  write: (message: WireMessage) => XmlElement,
): Uint8Array {
  checkMessage(message);
  try {
    return encoder.encode(stringify(write(message)));
  } catch (error) {
    if (error instanceof TypeError) throw new RangeError(error.message, { cause: error });
    throw error;
  }
}

/** Reads a message from XML; `read` throws where the document is none. */
export function decodeXml(
  frame: Uint8Array,
  read: (root: XmlElement) => WireMessage,
): Decoded {
  if (frame.length > frameBytesMax) {
    return { ok: false, why: `${frame.length} bytes are more than ${frameBytesMax}` };
  }
  try {
    const document = parse(decoder.decode(frame), { ...profiles.cib, depthMax });
    const message = read(document.root);
    checkMessage(message);
    return { ok: true, message };
  } catch (error) {
    return { ok: false, why: messageOf(error) };
  }
}

/** An element. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly XmlNode[],
): XmlElement {
  return { type: "element", name: { raw: name, local: name }, attributes, children };
}

/** An element that holds nothing but text. */
export const textElement = (
  name: string,
  attributes: Readonly<Record<string, string>>,
  text: string,
): XmlElement => element(name, attributes, text === "" ? [] : [{ type: "text", text }]);

/** The elements in an element, which may hold nothing else but white space. */
export function elementsOf(parent: XmlElement): XmlElement[] {
  return parent.children.filter((child): child is XmlElement => {
    if (child.type === "element") return true;
    if (child.type === "text" && child.text.trim() === "") return false;
    throw new TypeError(`<${parent.name.raw}> holds what is no element`);
  });
}

/** The text in an element, which may hold nothing else. */
export function textOf(parent: XmlElement): string {
  let text = "";
  for (const child of parent.children) {
    if (child.type !== "text" && child.type !== "cdata") {
      throw new TypeError(`<${parent.name.raw}> holds what is no text`);
    }
    text += child.text;
  }
  return text;
}

/** Whether XML can hold a text as it is: no control characters but tab and newline. */
export function isXmlText(text: string): boolean {
  // deno-lint-ignore no-control-regex -- they are what it looks for
  return !/[\0-\x08\x0b-\x1f\ufffe\uffff]/.test(text);
}

/** A text as base64 of its UTF-8. */
export const hiddenText = (text: string): string => encoder.encode(text).toBase64();

/** The text that was hidden. */
export const shownText = (base64: string): string => decoder.decode(Uint8Array.fromBase64(base64));
