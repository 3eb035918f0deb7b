/**
 * Imports every runtime dependency; started without permission, it must end well.
 *
 * @module
 */
import "saxes";
import "zod";
