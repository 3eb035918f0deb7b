/**
 * Archives as somebody may write them who is not bound by what a package may be.
 *
 * @module
 */

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** One entry as somebody may write it: a header with whatever is wanted in it, and its content. */
export interface Raw {
  readonly path: string;
  readonly type?: string;
  readonly mode?: number;
  readonly content?: string;
  /** What the header says of the size, if that is not the truth. */
  readonly size?: string;
  readonly magic?: string;
  readonly link?: string;
}

/** An archive as somebody may write it. */
export function raw(entries: readonly Raw[], end = new Uint8Array(1_024)): Uint8Array<ArrayBuffer> {
  const parts = entries.flatMap(({ path, type = "0", mode = 0o644, content = "", ...odd }) => {
    const header = new Uint8Array(512);
    const put = (text: string, at: number) => header.set(bytesOf(text), at);
    const [prefix, name] = path.length <= 100
      ? ["", path]
      : [path.slice(0, path.lastIndexOf("/")), path.slice(path.lastIndexOf("/") + 1)];
    put(name, 0);
    put(mode.toString(8).padStart(7, "0"), 100);
    put("0000000\0" + "0000000", 108);
    put(odd.size ?? content.length.toString(8).padStart(11, "0"), 124);
    put("00000000000", 136);
    put("        ", 148);
    put(type, 156);
    put(odd.link ?? "", 157);
    put(odd.magic ?? "ustar\u000000", 257);
    put(prefix, 345);
    put(header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0") + "\0 ", 148);
    const body = bytesOf(content);
    return [header, body, new Uint8Array((512 - body.length % 512) % 512)];
  });
  return Uint8Array.from([...parts, end].flatMap((part) => [...part]));
}
