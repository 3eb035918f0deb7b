/**
 * Messages as XML in the manner of the Open Cluster Framework: `<AL>` is a list of attributes by
 * name, `<L>` a list of values, `<V>` a value.
 *
 *     <AL><V n="t">status</V><V n="srcuuid" t="binary">icty...</V>
 *       <L n="nodes"><V>a</V><V>b</V></L><AL n="child">...</AL></AL>
 *
 * Text that XML cannot hold (most control characters) is written as base64, with `e="base64"`.
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

const xml: Plugin<typeof manifest, Encoding> = () => ({
  ...trailer,
  encode: (message) => encodeXml(message, (message) => attributeList(message)),
  decode: (frame) => decodeXml(frame, (root) => readList(root)),
});
export default xml;

function attributeList(message: WireMessage, name?: string): XmlElement {
  return element("AL", name === undefined ? {} : { n: name }, message.map(written));
}

function written(field: WireField): XmlElement {
  const { name } = field;
  switch (field.type) {
    case "string":
      return value(field.value, { n: name });
    case "list":
      return element("L", { n: name }, field.value.map((text) => value(text, {})));
    case "struct":
      return attributeList(field.value, name);
    case "octets":
    case "binary":
    case "packed":
      return textElement("V", { n: name, t: field.type }, field.value.toBase64());
  }
}

const value = (text: string, attributes: Readonly<Record<string, string>>): XmlElement =>
  isXmlText(text)
    ? textElement("V", attributes, text)
    : textElement("V", { ...attributes, e: "base64" }, hiddenText(text));

function readList(list: XmlElement): WireField[] {
  if (list.name.raw !== "AL") throw new TypeError(`<${list.name.raw}> is not <AL>`);
  return elementsOf(list).map((item): WireField => {
    const name = item.attributes["n"];
    if (name === undefined) throw new TypeError(`<${item.name.raw}> has no name`);
    switch (item.name.raw) {
      case "AL":
        return { type: "struct", name, value: readList(item) };
      case "L":
        return { type: "list", name, value: elementsOf(item).map(readText) };
      default:
        return readValue(item, name);
    }
  });
}

function readValue(item: XmlElement, name: string): WireField {
  const type = item.attributes["t"];
  switch (type) {
    case undefined:
      return { type: "string", name, value: readText(item) };
    case "octets":
    case "binary":
    case "packed":
      return { type, name, value: Uint8Array.fromBase64(textOf(item)) };
    default:
      throw new TypeError(`"${type}" is not a type`);
  }
}

function readText(item: XmlElement): string {
  if (item.name.raw !== "V") throw new TypeError(`<${item.name.raw}> is not <V>`);
  const text = textOf(item);
  return item.attributes["e"] === "base64" ? shownText(text) : text;
}
