import type { DesiredState } from './desired-state.js'
import type { ReloadReason } from './reload-trigger.js'
import { sectionHead, serverOptions, skeleton } from './skeleton.js'

/** Returns why only a reload gets from one text to the other; undefined if none is needed. */
export function differenceInText(
  from: string | undefined,
  to: DesiredState,
): ReloadReason | undefined {
  const managed = new Set(to.pools.map(pool => pool.name))
  if (from === undefined)
    return { trigger: 'unknown', reason: 'the configuration that HAProxy loaded is unknown' }
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
 * Returns the lines in which two texts differ, below the line that begins their
 * section. If one of 10,000 servers differs, only its line has to be parsed.
 */
function differingParts(a: string, b: string): [string, string] {
  const shared = commonLength(a, b, (text, n) => text.slice(0, n))
  const start = shared === 0 ? 0 : a.lastIndexOf('\n', shared - 1) + 1
  const restA = a.slice(start)
  const restB = b.slice(start)
  const tail = commonLength(restA, restB, (text, n) => text.slice(text.length - n))
  // The tail begins after a line feed that both have.
  const lineFeed = restA.indexOf('\n', restA.length - tail)
  const end = tail === 0 || lineFeed < 0 ? 0 : restA.length - lineFeed
  const head = sectionHead(a.slice(0, start))
  return [restA, restB].map(rest => head + rest.slice(0, rest.length - end)) as [string, string]
}

/** Returns how many characters two texts share at one end; `take` returns so many of that end. */
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
