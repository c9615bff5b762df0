import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import type { Tidy } from 'real-components'

/** A network namespace with two links to the test's own: one to be cut, and one that stays. */
export interface CutOffNetwork {
  /** Before a command: runs it in the namespace. */
  readonly within: readonly string[]
  /** The ends of the link that can be cut: in here, and in there. */
  readonly here: string
  readonly there: string
  /** The end, in there, of the link that stays. */
  readonly thereStays: string
  cut(): void
  heal(): void
}

/** The reason to skip tests with a namespace: only root can create one. */
export const noNamespaces: string | false =
  process.getuid?.() === 0 ? false : 'network namespaces are made by root alone'

const unusedAddress = ['lladdr', '02:00:00:00:00:99', 'nud', 'permanent']

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] })
}

function nameOf(id: number): string {
  return `shp${id}`
}

/** Adds a namespace; returns its number, which no other test has. */
function addNamespace(attempts = 20): number {
  const id = randomInt(1, 250)
  try {
    ip('netns', 'add', nameOf(id))
    return id
  } catch (error) {
    if (attempts === 1) throw error
    return addNamespace(attempts - 1)
  }
}

/** Makes the namespace; it goes with the test. */
export function cutOffNetwork(t: Tidy): CutOffNetwork {
  const id = addNamespace()
  const name = nameOf(id)
  t.teardown(() => {
    for (const link of ['c', 's']) {
      try {
        ip('link', 'del', `${name}${link}`)
      } catch {
        // It went with the namespace.
      }
    }
    ip('netns', 'del', name)
  })
  const inside = (...args: string[]) => ip('netns', 'exec', name, 'ip', ...args)
  const link = (letter: string, network: string) => {
    ip('link', 'add', `${name}${letter}`, 'type', 'veth', 'peer', 'name', letter, 'netns', name)
    ip('addr', 'add', `${network}.1/24`, 'dev', `${name}${letter}`)
    ip('link', 'set', `${name}${letter}`, 'up')
    inside('addr', 'add', `${network}.2/24`, 'dev', letter)
    inside('link', 'set', letter, 'up')
  }
  inside('link', 'set', 'lo', 'up')
  link('c', `10.213.${id}`)
  link('s', `10.214.${id}`)
  return {
    within: ['ip', 'netns', 'exec', name],
    here: `10.213.${id}.1`,
    there: `10.213.${id}.2`,
    thereStays: `10.214.${id}.2`,
    // Frames for an unused address are lost silently, as on a broken path: a
    // link that is down would be told to the sender. Applications out here go on answering.
    cut() {
      inside('neigh', 'replace', `10.213.${id}.1`, ...unusedAddress, 'dev', 'c')
      ip('neigh', 'replace', `10.213.${id}.2`, ...unusedAddress, 'dev', `${name}c`)
    },
    heal() {
      inside('neigh', 'del', `10.213.${id}.1`, 'dev', 'c')
      ip('neigh', 'del', `10.213.${id}.2`, 'dev', `${name}c`)
    },
  }
}
