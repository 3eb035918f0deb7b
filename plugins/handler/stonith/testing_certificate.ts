/**
 * For tests of devices: a certificate that a test makes for its partner.
 *
 * @module
 */

/** A certificate with its key, in PEM, signed by an authority of the test. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
  /** SHA-256 of the certificate. */
  readonly fingerprint: string;
  /** PEM of the authority. */
  readonly ca: string;
}

/** Makes one for an IPv4 address. */
export async function certificateFor(address: string): Promise<TestCertificate> {
  const [authority, own] = [await keys(), await keys()];
  const root = await sign(authority, "test authority", { key: authority, isRoot: true });
  const leaf = await sign(authority, "controller", { key: own, address });
  return {
    cert: pem("CERTIFICATE", leaf),
    key: pem("PRIVATE KEY", new Uint8Array(await crypto.subtle.exportKey("pkcs8", own.privateKey))),
    fingerprint: new Uint8Array(await crypto.subtle.digest("SHA-256", leaf)).toHex(),
    ca: pem("CERTIFICATE", root),
  };
}

const algorithm = { name: "ECDSA", namedCurve: "P-256" };

const keys = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);

interface Subject {
  readonly key: CryptoKeyPair;
  readonly address?: string;
  readonly isRoot?: boolean;
}

async function sign(
  issuer: CryptoKeyPair,
  name: string,
  { key, address, isRoot = false }: Subject,
): Promise<Uint8Array<ArrayBuffer>> {
  const ecdsaWithSha256 = der(0x30, der(6, hex("2a8648ce3d040302")));
  const named = (text: string) =>
    der(0x30, der(0x31, der(0x30, der(6, hex("550403")), der(0x0c, ascii(text)))));
  const extension = (id: string, value: Uint8Array) =>
    der(0x30, der(6, hex(id)), der(1, hex("ff")), der(4, value));
  const extensions = [
    extension("551d13", der(0x30, ...(isRoot ? [der(1, hex("ff"))] : []))),
    ...(address === undefined ? [] : [
      extension("551d11", der(0x30, der(0x87, Uint8Array.from(address.split(".").map(Number))))),
    ]),
  ];
  const body = der(
    0x30,
    der(0xa0, der(2, hex("02"))),
    der(2, Uint8Array.from([1, ...crypto.getRandomValues(new Uint8Array(8))])),
    ecdsaWithSha256,
    named("test authority"),
    der(0x30, der(0x18, ascii("20200101000000Z")), der(0x18, ascii("20991231235959Z"))),
    named(name),
    new Uint8Array(await crypto.subtle.exportKey("spki", key.publicKey)),
    der(0xa3, der(0x30, ...extensions)),
  );
  const raw = new Uint8Array(
    await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, issuer.privateKey, body),
  );
  const signature = der(0x30, der(2, positive(raw.slice(0, 32))), der(2, positive(raw.slice(32))));
  return der(0x30, body, ecdsaWithSha256, der(3, Uint8Array.from([0, ...signature])));
}

/** A value of ASN.1. */
function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const content = parts.flatMap((part) => [...part]);
  const { length } = content;
  const size = length < 128
    ? [length]
    : length < 256
    ? [0x81, length]
    : [0x82, length >> 8, length & 255];
  return Uint8Array.from([tag, ...size, ...content]);
}

/** A number of ASN.1: without leading zeros, and not negative. */
function positive(bytes: Uint8Array): Uint8Array {
  const at = bytes.findIndex((byte) => byte !== 0);
  const bare = bytes.subarray(at === -1 ? bytes.length - 1 : at);
  return (bare[0] ?? 0) > 127 ? Uint8Array.from([0, ...bare]) : bare;
}

const hex = (text: string): Uint8Array => Uint8Array.fromHex(text);
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const pem = (label: string, bytes: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${
    bytes.toBase64().replace(/.{1,64}/g, "$&\n")
  }-----END ${label}-----\n`;
