/**
 * Programs that may not take longer than a limit. It is an entry of its own so
 * that the main one is about configurations alone.
 *
 * @packageDocumentation
 */
export { runProgram } from './program/run-program.js'
export type { ProgramError, ProgramOptions, ProgramResult } from './program/run-program.js'
