import { splitWords } from './split-words.js'

/** An `.if` with its branches; a line is in force if its branch is chosen. */
interface ConditionalBlock {
  /** The branches that may be in force; the last number is that of no branch at all. */
  readonly possible: number[]
  /** Number of the present branch while the block is read. */
  branch: number
  /** False once a branch before is certainly in force. */
  isOpen: boolean
}

/** The blocks and branches that a line is in. */
type Place = readonly (readonly [ConditionalBlock, number])[]

/** With more combinations than these, each block is varied on its own. */
const mostCombinations = 64

/**
 * Returns the texts that HAProxy may read, one for each combination of the
 * branches of `.if` blocks. Lines that are not in force, and the lines with
 * `.if`, `.elif`, `.else` and `.endif`, are empty; so line numbers stay. Only
 * numbers and empty conditions are certain: everything else depends on the
 * release and the environment of the process that reads the file. A text
 * without conditions is returned as it is.
 *
 * @example
 * ```ts
 * import { possibleConfigurations } from 'haproxy-config-text/effective'
 *
 * const text = '.if defined(LAB)\nmaxconn 100\n.endif'
 * possibleConfigurations(text) // => ['\nmaxconn 100\n', '\n\n']
 * ```
 */
export function possibleConfigurations(text: string): string[] {
  if (!/^[^\S\n]*["']?\.if/m.test(text)) return [text]
  const lines = text.split('\n')
  const { places, blocks } = placesOf(lines)
  return combinations(blocks).map(choice =>
    lines
      .map((line, i) => {
        const place = places[i]
        return place?.every(([block, branch]) => choice.get(block) === branch) ? line : ''
      })
      .join('\n'),
  )
}

/** Returns the place of each line, undefined for a line of a condition itself, and all blocks. */
function placesOf(lines: readonly string[]) {
  const blocks: ConditionalBlock[] = []
  const open: ConditionalBlock[] = []
  const places = lines.map((line): Place | undefined => {
    const [keyword = '', ...condition] = splitWords(line)
    if (!conditionKeywords.has(keyword)) return open.map(block => [block, block.branch] as const)
    if (keyword === '.if') {
      const block = { possible: [], branch: -1, isOpen: true }
      blocks.push(block)
      open.push(block)
    }
    const block = open.at(-1)
    if (block) beginBranch(block, keyword === '.if' || keyword === '.elif' ? condition : ['1'])
    if (keyword === '.endif') open.pop()
    return undefined
  })
  return { places, blocks }
}

const conditionKeywords: ReadonlySet<string> = new Set(['.if', '.elif', '.else', '.endif'])

/** Begins the next branch. `.endif` begins the one without lines, which counts if there is no `.else`. */
function beginBranch(block: ConditionalBlock, condition: readonly string[]): void {
  block.branch++
  const truth = certainTruth(condition.join(' '))
  if (block.isOpen && truth !== false) block.possible.push(block.branch)
  if (truth === true) block.isOpen = false
}

/** Returns the truth of a condition that does not depend on anything, such as `0` or `!1`. */
function certainTruth(condition: string): boolean | undefined {
  if (condition === '') return false
  const [, negations = '', number] = /^((?:!\s*)*)(-?\d+)$/.exec(condition) ?? []
  if (number === undefined) return undefined
  const isNegated = negations.replaceAll(/\s/g, '').length % 2 === 1
  return isNegated !== (Number(number) !== 0)
}

type Choice = ReadonlyMap<ConditionalBlock, number>

function combinations(blocks: readonly ConditionalBlock[]): Choice[] {
  const count = blocks.reduce((product, { possible }) => product * possible.length, 1)
  if (count > mostCombinations) return onesVaried(blocks)
  return blocks.reduce<Choice[]>(
    (choices, block) =>
      choices.flatMap(choice =>
        block.possible.map(branch => new Map([...choice, [block, branch]])),
      ),
    [new Map()],
  )
}

/** Each branch of each block once, with the first branch of all others, then with their last. */
function onesVaried(blocks: readonly ConditionalBlock[]): Choice[] {
  return [0, -1].flatMap(at => {
    const base = new Map(blocks.map(block => [block, block.possible.at(at) ?? 0]))
    return blocks.flatMap(block =>
      block.possible.map(branch => new Map([...base, [block, branch]])),
    )
  })
}
