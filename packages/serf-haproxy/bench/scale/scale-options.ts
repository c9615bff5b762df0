import { InvalidArgumentError } from 'commander'
import { benchCommand, wholeNumber } from 'real-components'

/** Parts that can be measured alone. */
const parts = ['join', 'processor', 'idle', 'start', 'burst', 'agents'] as const
type Part = (typeof parts)[number]

/** Options of `npm run bench:scale`. */
export interface ScaleOptions {
  readonly members: readonly number[]
  readonly only: readonly Part[]
  /** HAProxy releases, at least one. */
  readonly releases: readonly string[]
  readonly json: boolean
}

/**
 * Most members. Each is a listening socket of the bench, whose process has
 * often no more than 20,000 to 65,536 open files.
 */
const mostMembers = 20_000

/**
 * Reads the command line. An option that is unknown or has an invalid value
 * ends the process with exit code 2.
 *
 * @param installed - HAProxy releases that can be measured, such as `3.0`
 */
export function readOptions(installed: readonly string[]): ScaleOptions {
  return benchCommand(
    'npm run bench:scale --',
    'Measures the cost of one change to the whole agent, by the number of members',
  )
    .option(
      '--members <numbers>',
      `numbers of members, ${mostMembers.toLocaleString('en')} at most: each is a listening socket of this process`,
      text => words(text).map(wholeNumber(2, mostMembers)),
      [10, 1000, 10_000],
    )
    .option('--only <parts>', 'parts that are measured', chosenParts, [...parts])
    .option(
      '--releases <releases>',
      'some of the installed HAProxy releases',
      text => chosenReleases(text, installed),
      installed,
    )
    .option('--json', 'print JSON', false)
    .parse()
    .opts<ScaleOptions>()
}

function chosenParts(text: string): Part[] {
  return words(text).map(word => {
    const part = parts.find(known => known === word)
    if (part !== undefined) return part
    throw new InvalidArgumentError(`Expected some of ${parts.join(', ')}, got ${word}.`)
  })
}

function chosenReleases(text: string, installed: readonly string[]): string[] {
  const chosen = words(text)
  const unknown = chosen.find(release => !installed.includes(release))
  if (unknown === undefined) return chosen
  throw new InvalidArgumentError(
    `Expected some of ${installed.join(', ') || 'the installed releases'}, got ${unknown}; npm test installs more.`,
  )
}

/** Splits a list at its commas. */
function words(text: string): string[] {
  const found = text.split(',').filter(word => word !== '')
  if (found.length > 0) return found
  throw new InvalidArgumentError('Expected a list with commas.')
}
