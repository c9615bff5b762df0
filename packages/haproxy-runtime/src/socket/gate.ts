import { HaproxyError } from '../haproxy-error.js'

/** Lets a few in at a time; the others wait in line, and the line is bounded. */
export interface Gate {
  /**
   * Calls `proceed` when there is room: at once, or later.
   *
   * @returns how to leave, from the line as well as from inside
   * @throws HaproxyError `overloaded` where the line is full.
   */
  enter(proceed: () => void): () => void
}

/**
 * HAProxy's stats socket serves ten connections at a time unless told
 * otherwise (`stats maxconn`); some are left to others.
 */
const defaultWidth = 6
const defaultLine = 1000

/** A gate that `width` pass at a time, with at most `line` waiting before it. */
export function gate(width = defaultWidth, line = defaultLine): Gate {
  let inside = 0
  const waiting = new Set<() => void>()
  return {
    enter(proceed) {
      let place: 'line' | 'inside' | 'outside' = 'line'
      const goIn = () => {
        place = 'inside'
        inside++
        proceed()
      }
      if (inside < width) goIn()
      else if (waiting.size < line) waiting.add(goIn)
      else throw overloaded(width, line)
      return () => {
        if (place === 'line') waiting.delete(goIn)
        if (place === 'inside') {
          inside--
          const [next] = waiting
          if (next) {
            waiting.delete(next)
            next()
          }
        }
        place = 'outside'
      }
    },
  }
}

function overloaded(width: number, line: number): HaproxyError {
  return new HaproxyError(
    'overloaded',
    `${width} commands are under way to HAProxy and ${line} wait: this one is refused; ` +
      'send fewer at once, or put them into one batch',
  )
}
