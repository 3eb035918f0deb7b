/**
 * Messages as an XML-RPC call `heartbeat.message` with one parameter: an array of fields, each a
 * struct of `name`, `type` and `value`, since a struct alone can neither repeat names nor keep order.
 *
 * Texts that XML cannot hold are sent as `<base64>` beside the type `string`.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import type { Plugin } from "../../../pils/plugin.ts";
import type { Encoding, WireField, WireMessage } from "../../handler/encoding/contract.ts";
import { trailer } from "../../handler/encoding/trailer.ts";
import {
  decodeXml,
  element,
  elementsOf,
  encodeXml,
  hiddenText,
  isXmlText,
  shownText,
  textElement,
  textOf,
} from "../../handler/encoding/xml_frame.ts";
import type manifest from "./manifest.ts";

const xmlrpc: Plugin<typeof manifest, Encoding> = () => ({
  ...trailer,
  encode: (message) => encodeXml(message, writtenCall),
  decode: (frame) => decodeXml(frame, readCall),
});
export default xmlrpc;

const wrapped = (name: string, ...children: XmlElement[]) => element(name, {}, children);
const value = (child: XmlElement) => wrapped("value", child);
const array = (values: readonly XmlElement[]) =>
  value(wrapped("array", element("data", {}, values)));
const member = (name: string, child: XmlElement) =>
  wrapped("member", textElement("name", {}, name), child);

function writtenCall(message: WireMessage): XmlElement {
  return wrapped(
    "methodCall",
    textElement("methodName", {}, "heartbeat.message"),
    wrapped("params", wrapped("param", writtenMessage(message))),
  );
}

const writtenMessage = (message: WireMessage): XmlElement =>
  array(message.map((field) =>
    value(wrapped(
      "struct",
      member("name", writtenText(field.name)),
      member("type", writtenText(field.type)),
      member("value", writtenValue(field)),
    ))
  ));

function writtenValue(field: WireField): XmlElement {
  switch (field.type) {
    case "string":
      return writtenText(field.value);
    case "list":
      return array(field.value.map(writtenText));
    case "struct":
      return writtenMessage(field.value);
    case "octets":
    case "binary":
    case "packed":
      return value(textElement("base64", {}, field.value.toBase64()));
  }
}

const writtenText = (text: string): XmlElement =>
  value(
    isXmlText(text) ? textElement("string", {}, text) : textElement("base64", {}, hiddenText(text)),
  );

function readCall(root: XmlElement): WireMessage {
  const [name, params] = only(root, "methodCall", 2);
  if (name === undefined || textOf(name) !== "heartbeat.message") {
    throw new TypeError("this is not a call of heartbeat.message");
  }
  const [param] = only(params, "params", 1);
  const [message] = only(param, "param", 1);
  return readMessage(message);
}

const readMessage = (item: XmlElement | undefined): WireField[] =>
  readArray(item).map((field) => {
    const members = new Map(
      only(inner(field), "struct", 3).map((entry) => {
        const [name, content] = only(entry, "member", 2);
        return [name === undefined ? "" : textOf(name), content] as const;
      }),
    );
    const name = readText(members.get("name"));
    const type = readText(members.get("type"));
    return readField(type, name, members.get("value"));
  });

function readField(type: string, name: string, content: XmlElement | undefined): WireField {
  switch (type) {
    case "string":
      return { type, name, value: readText(content) };
    case "list":
      return { type, name, value: readArray(content).map(readText) };
    case "struct":
      return { type, name, value: readMessage(content) };
    case "octets":
    case "binary":
    case "packed": {
      const item = inner(content);
      if (item.name.raw !== "base64") throw new TypeError(`field "${name}" is not base64`);
      return { type, name, value: Uint8Array.fromBase64(textOf(item)) };
    }
    default:
      throw new TypeError(`"${type}" is not a type`);
  }
}

function readText(item: XmlElement | undefined): string {
  const content = inner(item);
  switch (content.name.raw) {
    case "string":
      return textOf(content);
    case "base64":
      return shownText(textOf(content));
    default:
      throw new TypeError(`<${content.name.raw}> is no text`);
  }
}

function readArray(item: XmlElement | undefined): XmlElement[] {
  const [data] = only(inner(item), "array", 1);
  if (data?.name.raw !== "data") throw new TypeError("an array has data");
  return elementsOf(data);
}

/** What a `<value>` holds. */
function inner(item: XmlElement | undefined): XmlElement {
  const [content] = only(item, "value", 1);
  if (content === undefined) throw new TypeError("a value is empty");
  return content;
}

/** The elements in an element, which must be called this and hold so many. */
function only(item: XmlElement | undefined, name: string, count: number): XmlElement[] {
  if (item?.name.raw !== name) throw new TypeError(`<${item?.name.raw}> is no <${name}>`);
  const children = elementsOf(item);
  if (children.length !== count) throw new TypeError(`<${name}> holds ${children.length} elements`);
  return children;
}
