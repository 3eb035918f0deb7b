/**
 * The class sees whether the program lives; nothing else is known of it.
 *
 * @module
 */
import { messageOf } from "../../../../../metadata/message_of.ts";
import { type Actions, rc } from "../../../../handler/ra/typescript/agent.ts";
import type manifest from "./manifest.ts";
import { wordsOf } from "./words.ts";

const actions: Actions<typeof manifest> = {
  monitor({ arguments: text }) {
    try {
      wordsOf(text);
      return rc.ok;
    } catch (error) {
      console.error(messageOf(error));
      return rc.notConfigured;
    }
  },
};

export default actions;
