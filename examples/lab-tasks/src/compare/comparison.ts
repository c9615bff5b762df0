import { join } from 'node:path'
import type { NodeEngine } from 'serf-haproxy-lab'
import type { Measured } from './measured.js'

/** Both systems on one kind of node, measured in turns in one run. */
export interface Comparison {
  /** ISO 8601. */
  readonly date: string
  readonly engine: NodeEngine['kind']
  /** One result for each round; the first has the requests for the pictures. */
  readonly classic: readonly Measured[]
  readonly agent: readonly Measured[]
}

/** The kinds of nodes, in the order of the report's columns. */
export const comparedKinds: readonly NodeEngine['kind'][] = ['processes', 'containers']

/** Returns the path of a comparison below the folder of evidence. */
export function comparisonFile(kind: NodeEngine['kind']): string {
  return join('compare', `${kind}.json`)
}
