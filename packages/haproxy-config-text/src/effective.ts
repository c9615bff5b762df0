/**
 * A configuration as it is in force: the last line wins, `no` takes away, and
 * servers inherit words. It is an entry of its own so that the main one stays small.
 *
 * @packageDocumentation
 */
export { effectiveServerOptions } from './effective-server-options.js'
export { findDirective } from './find-directive.js'
