import type { Section } from 'haproxy-config-text'
import { parseBind } from 'haproxy-config-text/effective'
import { AgentError } from '../agent-error.js'
import type { HaproxyUnit } from './haproxy-unit.js'

/** A path, and the line or unit that has it. */
export interface FoundPath {
  readonly path: string
  readonly from: string
}

/** A path that the agent and the default template can print. */
const plainPath = /^\/[A-Za-z0-9_.+@/-]{1,107}$/

/**
 * Returns the stats socket through which servers can be changed: the first one
 * on a path, with the level admin.
 *
 * @param placeOf - returns a line as `FILE:LINE`
 * @throws AgentError `configuration`, with the line to add
 */
export function findRuntimeSocket(
  sections: readonly Section[],
  placeOf: (line: number) => string,
): FoundPath {
  const globals = sections.filter(({ kind }) => kind === 'global')
  const sockets = globals.flatMap(({ directives }) =>
    directives
      .filter(({ words: [first, second] }) => first === 'stats' && second === 'socket')
      .map(({ line, words }) => ({ line, ...parseBind(words.slice(2)) })),
  )
  const isAdmin = ({ options }: (typeof sockets)[number]) =>
    options.findLast(({ keyword }) => keyword === 'level')?.values[0] === 'admin'
  for (const socket of sockets.filter(isAdmin)) {
    const [listener] = socket.listeners
    if (listener?.protocol === 'unix' && plainPath.test(listener.host))
      return { path: listener.host, from: placeOf(socket.line) }
  }
  const wanted = 'stats socket /run/haproxy/admin.sock mode 660 level admin'
  const line = sockets[0]?.line ?? globals[0]?.line
  const place = line === undefined ? 'the configuration' : placeOf(line)
  const got = sockets.length === 0 ? 'none' : 'only others'
  const message = `${place}: expected a stats socket on an absolute path with level admin, got ${got}; add to the global section and reload HAProxy, or name it with --runtime-socket:\n  ${wanted}`
  throw new AgentError('configuration', message)
}

/**
 * Returns the master socket of the unit.
 *
 * @throws AgentError `configuration` if the unit has none on a path
 */
export function findMasterSocket(unit: HaproxyUnit | undefined): FoundPath {
  const path = unit?.start.masterSocket?.replace(/^(?:unix|uxst)@/, '')
  if (unit && path !== undefined && plainPath.test(path)) return { path, from: unit.file }
  const problem = unit
    ? `${unit.file}: expected -S with an absolute path, got ${path ?? 'no -S'}`
    : 'no unit haproxy.service loads this file'
  const message = `${problem}; start HAProxy with \`-W -S /run/haproxy-master.sock\` and name that path with --master-socket`
  throw new AgentError('configuration', message)
}
