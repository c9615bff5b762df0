import type { DesiredState } from './desired-state.js'
import type { ReloadReason } from './reload-trigger.js'
import { sectionHead, serverOptions, skeleton } from './skeleton.js'

/** What of two texts only a reload can bring together; undefined where there is nothing. */
export function differenceInText(
  from: string | undefined,
  to: DesiredState,
): ReloadReason | undefined {
  const managed = new Set(to.pools.map(pool => pool.name))
  if (from === undefined)
    return { trigger: 'unknown', reason: 'what HAProxy was started with is not known' }
  if (from === to.text) return undefined
  const [fromPart, toPart] = differingParts(from, to.text)
  if (skeleton(fromPart, managed) !== skeleton(toPart, managed)) {
    return { trigger: 'text', reason: 'the configuration differs in more than servers' }
  }
  const before = serverOptions(fromPart, managed)
  for (const [id, options] of serverOptions(toPart, managed)) {
    if ((before.get(id) ?? options) !== options)
      return { trigger: 'options', reason: `the options of ${id} differ` }
  }
  return undefined
}

/**
 * The lines in which two texts differ, below the line that begins their
 * section. With 10,000 servers of which one differs this is all that need be read.
 */
function differingParts(a: string, b: string): [string, string] {
  const shared = commonLength(a, b, (text, n) => text.slice(0, n))
  const start = shared === 0 ? 0 : a.lastIndexOf('\n', shared - 1) + 1
  const restA = a.slice(start)
  const restB = b.slice(start)
  const tail = commonLength(restA, restB, (text, n) => text.slice(text.length - n))
  // The tail begins behind a line feed that is common to both.
  const lineFeed = restA.indexOf('\n', restA.length - tail)
  const end = tail === 0 || lineFeed < 0 ? 0 : restA.length - lineFeed
  const head = sectionHead(a.slice(0, start))
  return [restA, restB].map(rest => head + rest.slice(0, rest.length - end)) as [string, string]
}

/** How many characters two texts share at one end; `take` gives so many from that end. */
function commonLength(a: string, b: string, take: (text: string, n: number) => string): number {
  let same = 0
  let different = Math.min(a.length, b.length) + 1
  while (different - same > 1) {
    const middle = (same + different) >> 1
    if (take(a, middle) === take(b, middle)) same = middle
    else different = middle
  }
  return same
}
