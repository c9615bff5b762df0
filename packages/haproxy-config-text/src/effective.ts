/**
 * A configuration as it is in force: the last line wins, `no` takes away,
 * servers inherit words, conditions may hold or not, a `bind` line is several
 * listeners, and a command line is several files. It is an entry of its own so that the main one stays small.
 *
 * @packageDocumentation
 */
export { effectiveServerOptions } from './effective-server-options.js'
export { findDirective } from './find-directive.js'
export { isDisabled } from './is-disabled.js'
export { loadedFiles, parseStartArguments } from './check/start-arguments.js'
export { parseBind } from './parse-bind.js'
export { timeMs } from './time-ms.js'
export { possibleConfigurations } from './possible-configurations.js'
export type { Bind, Listener } from './parse-bind.js'
export type { StartArguments } from './check/start-arguments.js'
