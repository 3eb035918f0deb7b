/**
 * How a document is read: what is left out, and its bounds.
 *
 * @module
 */

/** How to read. `profiles.ts` holds the two ways that the project uses. */
export interface ParseOptions {
  /** Leave out text that is only white space. Default false. */
  readonly ignoreWhitespace?: boolean;
  /** Leave out comments. Default false. */
  readonly ignoreComments?: boolean;
  /** Keep processing instructions, which are dropped otherwise. Default false. */
  readonly keepInstructions?: boolean;
  /** Refuse any DOCTYPE. Default true. With false an internal subset is refused all the same. */
  readonly disallowDoctype?: boolean;
  /** Keep the line of each element. Takes half as long again. Default false. */
  readonly trackPosition?: boolean;
  /** Characters of input at most. Default 64 Mi. */
  readonly charactersMax?: number;
  /** Elements within elements at most. Default 256. */
  readonly depthMax?: number;
  /** Attributes of one element at most. Default 1024. */
  readonly attributesMax?: number;
  /** Characters of one text, value, comment or instruction at most. Default 16 Mi. */
  readonly textMax?: number;
  /** Elements, texts, comments and instructions at most. Default 4 Mi. */
  readonly nodesMax?: number;
  /** References such as `&lt;` or `&#10;` at most. Default 4 Mi. */
  readonly referencesMax?: number;
}
