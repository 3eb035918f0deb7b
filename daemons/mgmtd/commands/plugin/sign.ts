/**
 * `ha plugin sign`: an author's signature, which operators may require.
 *
 * @module
 */
import { filePath } from "../../../../pils/found.ts";
import { bytesMax, readNamed } from "../../../site/bounded_file.ts";
import { pin } from "../../../site/consent/pin.ts";
import { sign as signPinned } from "../../../site/consent/sign.ts";
import type { Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import { writeWhole } from "../../whole_file.ts";
import { folderUrl, placeGrant, placesOf, replacing } from "./places.ts";

/** `ha plugin sign FOLDER --key FILE` */
export const sign: Command = {
  path: ["plugin", "sign"],
  summary: "Sign your plugin with its current files",
  details: "Make a key with: openssl genpkey -algorithm ed25519 -out FILE",
  positionals: "FOLDER",
  options: { key: { type: "string", value: "FILE", summary: "Your private key, in PEM form" } },
  grant(call, where) {
    const folder = folderUrl(call.positionals[0] ?? ".", where.here);
    const granted = placeGrant(call, where, {
      folders: [filePath(folder)],
      write: replacing(new URL("signature.json", folder)),
    });
    const { key } = call.options;
    if (typeof key !== "string") return granted;
    return { ...granted, read: [...granted.read ?? [], filePath(folderUrl(key, where.here))] };
  },
  async run(call, io, where) {
    const { key } = call.options;
    if (typeof key !== "string") {
      io.err("Name the private key of the signature: --key FILE\n");
      return exit.usage;
    }
    const folder = folderUrl(call.positionals[0] ?? ".", where.here);
    const pem = await readNamed(filePath(folderUrl(key, where.here)), bytesMax.key);
    const signature = await signPinned(await pin(folder, placesOf(call, where)), pem);
    const file = new URL("signature.json", folder);
    await writeWhole(filePath(file), `${JSON.stringify(signature, null, 2)}\n`);
    io.out(`${filePath(file)} written. Operators know you by this key:\n${signature.key}\n`);
    return exit.ok;
  },
};
