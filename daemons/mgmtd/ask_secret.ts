/**
 * A secret asked on the terminal: nothing of it is echoed, not even its length.
 *
 * @module
 */
import { onSignal } from "./on_signal.ts";

/** Characters of a secret at most. */
const secretMax = 4096;

/** Asks; undefined if the person ends the input. Ctrl-C ends the program, as everywhere, and the terminal echoes again. */
export async function askSecret(question: string): Promise<string | undefined> {
  await Deno.stderr.write(new TextEncoder().encode(question));
  using _ = onSignal((_signal, code) => {
    restore();
    Deno.exit(code);
  });
  Deno.stdin.setRaw(true, { cbreak: true });
  try {
    const buffer = new Uint8Array(256);
    const decoder = new TextDecoder();
    let secret = "";
    for (;;) {
      const read = await Deno.stdin.read(buffer);
      if (read === null) return undefined;
      for (const character of decoder.decode(buffer.subarray(0, read), { stream: true })) {
        if (character === "\r" || character === "\n") return secret;
        if (character === "\x04") return secret === "" ? undefined : secret; // Ctrl-D
        if (character === "\x7f" || character === "\b") secret = secret.slice(0, -1);
        else if (character === "\x15") secret = ""; // Ctrl-U
        else if (secret.length < secretMax) secret += character;
      }
    }
  } finally {
    restore();
  }
}

/** A terminal that is gone needs neither. */
function restore(): void {
  try {
    Deno.stdin.setRaw(false);
    Deno.stderr.writeSync(new TextEncoder().encode("\n"));
  } catch {
    // It is gone.
  }
}
