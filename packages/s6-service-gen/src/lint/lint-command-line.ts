import { parseExecline, type Place } from '../execline.js'
import { chainLoaders, type ChainLoader } from './chain-loaders.js'
import type { Finding } from './finding.js'
import { withoutExports } from '../shell-script.js'
import type { ServiceFolder } from '../tree/service-folders.js'

/** Looks at a oneshot's `up` or `down`: one command line, in execline's syntax. */
export function lintCommandLine({ name, files }: ServiceFolder, field: 'up' | 'down'): Finding[] {
  const text = files.get(field)?.content
  if (text === undefined) return []
  const fault = faultOf(text, field)
  if (!fault) return []
  const [rule, found, wanted = oneCommand] = fault
  return [{ rule, service: name, field, found, wanted, fatal: rule === 'syntax' }]
}

type Fault = readonly [Finding['rule'], found: string, wanted?: string]

const oneCommand = 'one command line, as in: /bin/sh -c "…"'

/** A word of a command line, without the blanks that mark a block. */
interface Word extends Place {
  readonly text: string
}

function faultOf(text: string, field: string): Fault | undefined {
  const parsed = parseExecline(text)
  if ('error' in parsed) return ['syntax', parsed.error, "a command line in execline's syntax"]
  if (parsed.words.length === 0) {
    // An empty `down` says what a missing one says.
    return field === 'up' ? ['empty', 'no command', 'a command line'] : undefined
  }
  const [first = ''] = text.split('\n', 1)
  if (first.startsWith('#!') && !first.includes('execlineb')) {
    return ['command-line', `a script (${first})`]
  }
  // Between words it is a blank, within quotes a part of what a shell runs.
  if (parsed.words.some(word => /\r(?:\n|$)/.test(withoutExports(word)))) {
    return ['line-ending', 'a carriage return within quotes', 'lines that end in a newline alone']
  }
  const words = parsed.words.map((word, index) => ({
    line: 0,
    isQuoted: false,
    ...parsed.places[index],
    text: word,
  }))
  return faultOfChain(words, substituted(words))
}

/** Looks at a program, and at what it runs in its turn if it is known to do so. */
function faultOfChain(words: readonly Word[], known: ReadonlySet<string>): Fault | undefined {
  const [program, ...rest] = words
  if (!program) return undefined
  if (/^[A-Za-z_]\w*=/.test(program.text)) {
    return ['command-line', `${program.text}, which is no program`, 'export NAME VALUE prog…']
  }
  const base = baseOf(program)
  const loader = chainLoaders.get(base)
  if (!loader) return faultOfProgram(words, known)
  const { own, blocks, behind } = split(rest, loader)
  const missing =
    blocks.length < loader.blocks
      ? `${base} without its ${loader.blocks > 1 ? 'blocks' : 'block'} { … }`
      : own.length < loader.words || (loader.needsRest && behind.length === 0)
        ? `${base} with nothing to run behind it`
        : undefined
  if (missing !== undefined) {
    return ['command-line', missing, `${base} … and a program behind it, or: /bin/sh -c "…"`]
  }
  for (const word of own) {
    const fault = unimported(word, known)
    if (fault) return fault
  }
  for (const block of loader.runsBlocks ? blocks : []) {
    const fault = faultOfChain(block, known)
    if (fault) return fault
  }
  return faultOfChain(behind, known)
}

/** Parts the words behind a chain loader's name. */
function split(words: readonly Word[], loader: ChainLoader) {
  let at = 0
  for (let word = words[at]; word && /^-./.test(word.text); word = words[at]) {
    at += 1
    if (word.text === '--') break
    const last = word.text.at(-1) ?? ''
    if (loader.options.includes(`${last}:`)) at += 1
  }
  const own = words.slice(at, at + loader.words).filter(word => !isInBlock(word))
  at += own.length
  const blocks: Word[][] = []
  while (blocks.length < loader.blocks && words[at] && isInBlock(words[at])) {
    const end = words.findIndex((word, index) => index >= at && word.text === '')
    blocks.push(words.slice(at, end).map(word => ({ ...word, text: word.text.slice(1) })))
    at = end + 1
  }
  return { own, blocks, behind: words.slice(at) }
}

/** A block's words begin with a blank, and its end is an empty word. */
function isInBlock(word: Word | undefined): boolean {
  return word !== undefined && /^(?: |$)/.test(word.text) && !word.isQuoted
}

/** Words that mean something to a shell alone: execline hands them to the program. */
const shellWords =
  /^(?:\d*|&)[<>]|[^-=<>]>|^(?:&|\|)|&&|\||&$|;$|\$\(|`|^~(?:\/|$)|\*|^(?:then|do|done|fi|\]\])$/

/** Programs whose own arguments look like a shell's words. */
const ownSyntax: ReadonlySet<string> = new Set(['find', 'expr'])

/** Looks at the arguments of a program that does not chain load. */
function faultOfProgram(words: readonly Word[], known: ReadonlySet<string>): Fault | undefined {
  const [program = { text: '', line: 0, isQuoted: false }] = words
  const base = baseOf(program)
  const isCode = (index: number) => /^-[a-z]*[ce]$/.test(words[index - 1]?.text ?? '')
  const own = words.filter((_, index) => !isCode(index))
  const second = words.find(word => word.line > program.line)
  if (second) {
    const line = words.filter(word => word.line === second.line).map(word => word.text)
    const found = `a second line, which becomes arguments of ${program.text}: ${line.join(' ')}`
    return ['command-line', found]
  }
  const shellWord = own.find(
    word => !word.isQuoted && !ownSyntax.has(base) && shellWords.test(word.text),
  )
  if (shellWord) {
    const wanted = `${oneCommand}; or this word in quotes`
    return ['command-line', `${shellWord.text}, which is no syntax of execline`, wanted]
  }
  return own.map(word => unimported(word, known)).find(Boolean)
}

/** A variable is put in place of its name only where a program before it says so. */
function unimported(word: Word, known: ReadonlySet<string>): Fault | undefined {
  // A text of several words is a program in a language of its own.
  if (/\s/.test(word.text)) return undefined
  for (const [found, braced, bare] of word.text.matchAll(
    /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g,
  )) {
    const name = braced ?? bare ?? ''
    if (known.has(name)) continue
    const wanted = `importas ${name} ${name} before it, or: /bin/sh -c "…"`
    return ['command-line', `${found}, which nothing imports`, wanted]
  }
  return undefined
}

/** Names that may be put in place; all words count where a program does so. */
function substituted(words: readonly Word[]): ReadonlySet<string> {
  const texts = words.map(word => word.text.trim())
  const isSubstituting = texts.some((text, index) => {
    const substitutes = chainLoaders.get(text.slice(text.lastIndexOf('/') + 1))?.substitutes
    return substitutes === 'E' ? /^-\w*E/.test(texts[index + 1] ?? '') : substitutes
  })
  return new Set(isSubstituting ? texts : [])
}

function baseOf({ text }: Word): string {
  return text.slice(text.lastIndexOf('/') + 1)
}
