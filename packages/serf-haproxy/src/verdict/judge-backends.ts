import { isDeepStrictEqual } from 'node:util'
import { parseSections, type Section } from 'haproxy-config-text'
import { possibleConfigurations } from 'haproxy-config-text/effective'
import { AgentError } from '../agent-error.js'
import { judgeBackend } from './judge-backend.js'
import type { PoolRequest } from './pool-request.js'
import type { Verdict } from './verdict.js'

/**
 * Judges all backends with servers, in order. A verdict that depends on a
 * condition (`.if`) keeps the backend as it is.
 *
 * @param placeOf - returns a line as `FILE:LINE`
 * @throws AgentError `configuration` if a requested backend is not there
 */
export function judgeBackends(
  text: string,
  requests: readonly PoolRequest[],
  placeOf: (line: number) => string,
): readonly Verdict[] {
  const readings = possibleConfigurations(text).map(each => judged(each, requests))
  const lines = [...new Set(readings.flatMap(reading => [...reading.keys()]))]
  const verdicts = lines
    .toSorted((a, b) => a - b)
    .flatMap(line => agreed(readings.map(reading => reading.get(line))))
  refuseUnsuitable(verdicts, requests, placeOf)
  return verdicts
}

function judged(text: string, requests: readonly PoolRequest[]): ReadonlyMap<number, Verdict> {
  const sections = parseSections(text)
  return new Map(
    sections.filter(hasServers).map(section => {
      const request = requests.find(({ backend }) => backend === section.name)
      return [section.line, judgeBackend(section, sections, request)] as const
    }),
  )
}

function hasServers({ kind, directives }: Section): boolean {
  return (
    (kind === 'backend' || kind === 'listen') &&
    directives.some(({ words: [keyword] }) => /^server(?:-template)?$/.test(keyword ?? ''))
  )
}

/** Returns the verdict of all readings, which has to be one. */
function agreed(verdicts: readonly (Verdict | undefined)[]): Verdict[] {
  const [first] = verdicts
  const known = verdicts.find(verdict => verdict !== undefined)
  if (!known) return []
  if (first && verdicts.every(verdict => isDeepStrictEqual(verdict, first))) return [first]
  const { backend, line } = known
  const problem = {
    line,
    reason: 'its servers, or what they inherit, depend on a condition (`.if`)',
    remedy: 'take the condition out, or keep these servers static',
  }
  return [{ kind: 'kept', backend, line, problem }]
}

/** Refuses requests for backends that are not there, or that have to stay. */
function refuseUnsuitable(
  verdicts: readonly Verdict[],
  requests: readonly PoolRequest[],
  placeOf: (line: number) => string,
): void {
  const names = [...new Set(verdicts.map(({ backend }) => backend))]
  for (const { backend } of requests) {
    const found = verdicts.find(verdict => verdict.backend === backend)
    if (!found) {
      const message = `--pool ${backend}: expected a backend with servers: ${names.join(', ') || 'there is none'}`
      throw new AgentError('configuration', message)
    }
    if (found.kind === 'turned-over') continue
    const { line, reason, remedy } = found.problem
    const message = `--pool ${backend}: ${placeOf(line)}: ${reason}; ${remedy}`
    throw new AgentError('configuration', message)
  }
}
