/**
 * The outputs, as something a machine loads: it offers `open`, `write` and `rotate`, each for the output
 * of a number.
 *
 * @module
 */
import type { Api } from "../../pils/plugin.ts";
import type { Batch, Opened } from "./types.ts";

/** What an output can do. */
export interface WorldOutput {
  open(): Promise<Opened>;
  write(batch: Batch): Promise<number>;
  rotate(aside: boolean): Promise<Opened>;
  close(): void;
}

/** See the head of the file. */
export const outputs = (made: readonly WorldOutput[]) => (): Api => {
  const at = (number: number): WorldOutput => {
    const output = made[number];
    if (output === undefined) throw new RangeError(`there is no output ${number}`);
    return output;
  };
  return {
    open: (number: number) => at(number).open(),
    write: (batch: Batch) => at(batch.output).write(batch),
    rotate: (number: number, aside: boolean) => at(number).rotate(aside),
    close() {
      for (const output of made) output.close();
    },
  };
};
