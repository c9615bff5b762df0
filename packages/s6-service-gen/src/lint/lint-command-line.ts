import { parseExecline } from '../execline.js'
import type { Finding } from './finding.js'
import type { ServiceFolder } from '../tree/service-folders.js'

/** Programs that chain load: the line after it goes on with it, as execline's scripts do. */
const chainLoaders = new Set(
  (
    'backtick background case cd define dollarat elgetopt elgetpositionals elglob emptyenv ' +
    'envfile exec execline-cd execline-umask execlineb export export-array fdblock fdclose ' +
    'fdmove fdreserve fdswap forbacktickx foreground forstdin forx getcwd getpid heredoc homeof ' +
    'if ifelse ifte ifthenelse importas loopwhilex multidefine multisubstitute nice pipeline ' +
    'piperw posix-cd posix-umask redirfd runblock shift tryexec trap umask unexport wait ' +
    'withstdinas with-contenv env sudo timeout'
  ).split(' '),
)

/** Words that mean something to a shell alone: execline hands them to the program. */
const shellWords = /^(?:&&?|\|\|?|;|\d?>>?(?:&\d)?|<|.*;|.*\$\(.*|then|do|done|fi|\]\];?)$/

/** Looks at a oneshot's `up` or `down`: one command line, in execline's syntax. */
export function lintCommandLine({ name, files }: ServiceFolder, field: 'up' | 'down'): Finding[] {
  const text = files.get(field)?.content
  if (text === undefined) return []
  const fault = faultOf(text, field)
  if (!fault) return []
  const [rule, found, wanted] = fault
  return [{ rule, service: name, field, found, wanted, fatal: rule === 'syntax' }]
}

type Fault = readonly [Finding['rule'], found: string, wanted: string]

function faultOf(text: string, field: string): Fault | undefined {
  const parsed = parseExecline(text)
  if ('error' in parsed) return ['syntax', parsed.error, "a command line in execline's syntax"]
  if (parsed.words.length === 0) {
    // An empty `down` says what a missing one says.
    return field === 'up' ? ['empty', 'no command', 'a command line'] : undefined
  }
  const [first = ''] = text.split('\n', 1)
  if (first.startsWith('#!') && !first.includes('execlineb')) {
    return ['command-line', `a script (${first})`, `one command line, as in: /bin/sh -c "…"`]
  }
  const second = parsed.lines[1]
  const [program = ''] = parsed.lines[0] ?? []
  const base = program.slice(program.lastIndexOf('/') + 1)
  if (second && !chainLoaders.has(base) && !base.startsWith('s6-')) {
    const found = `a second line, which becomes arguments of ${program}: ${second.join(' ')}`
    return ['command-line', found, `one command line, as in: /bin/sh -c "…"`]
  }
  const shellWord = parsed.lines.flat().find(word => shellWords.test(word))
  if (shellWord === undefined || parsed.lines[0]?.includes('-c')) return undefined
  return [
    'command-line',
    `${shellWord}, which is no syntax of execline`,
    'one command line, as in: /bin/sh -c "…"',
  ]
}
