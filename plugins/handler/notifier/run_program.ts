/**
 * Runs the program of a notifier, exactly it and no shell, ended with its children in time: the same as
 * for fencing devices.
 *
 * @module
 */
export {
  endDevices as endPrograms,
  runDevice as runProgram,
} from "../stonith/program/run_device.ts";
