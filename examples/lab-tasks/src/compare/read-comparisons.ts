import { join } from 'node:path'
import { readResult } from '../evidence/keep-result.js'
import { comparedKinds, comparisonFile, type Comparison } from './comparison.js'

/** Returns the comparisons that a folder of evidence has, one for each kind of node. */
export async function readComparisons(logs: string): Promise<Comparison[]> {
  const found = await Promise.all(
    comparedKinds.map(kind => readResult<Comparison>(join(logs, comparisonFile(kind)))),
  )
  return found.filter(comparison => comparison !== undefined)
}
