import type { Finding } from './finding.js'
import { interpreterOf, shells } from './interpreter.js'
import { lintNumbers } from './lint-numbers.js'
import { lintReadiness } from './lint-readiness.js'
import { withoutExports } from '../shell-script.js'
import { valueOf, type ServiceFolder } from '../tree/service-folders.js'

/** Context of the checks of one service. */
export interface FieldContext {
  /** True if the permissions of `run` and `finish` count; s6-rc sets them itself. */
  readonly isScanDirectory: boolean
  /** The files and folders that are known there. */
  readonly known: readonly string[]
}

/** The files that s6-supervise reads. */
export const supervisedFiles: readonly string[] = [
  'run',
  'finish',
  'notification-fd',
  'lock-fd',
  'timeout-kill',
  'timeout-finish',
  'max-death-tally',
  'down-signal',
  'nosetsid',
  'data',
  'env',
]

const signals =
  'ABRT ALRM BUS CHLD CONT FPE HUP ILL INT KILL PIPE PROF QUIT SEGV STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ'.split(
    ' ',
  )

/** Looks at what every kind of service can have wrong in its files. */
export function lintFields(service: ServiceFolder, context: FieldContext): Finding[] {
  return [
    ...unknownFiles(service, context),
    ...lintNumbers(service, context.known, context.isScanDirectory),
    ...signal(service),
    ...['run', 'finish'].flatMap(field => script(service, field, context.isScanDirectory)),
    ...dataScripts(service),
    ...lintReadiness(service),
  ]
}

function unknownFiles({ name, files }: ServiceFolder, { known }: FieldContext): Finding[] {
  const top = new Set([...files.keys()].map(path => path.split('/')[0] ?? ''))
  return [...top]
    .filter(field => !known.includes(field))
    .map(field => ({
      rule: field === 'log' ? 'ignored' : 'unknown-file',
      service: name,
      field,
      found: 'a file or folder that is ignored',
      wanted:
        field === 'log'
          ? 'a logger that is a service of its own, with producer-for and consumer-for'
          : `one of ${known.join(', ')}; or a file in data/`,
      fatal: false,
    }))
}

function signal(service: ServiceFolder): Finding[] {
  const text = valueOf(service, 'down-signal')
  if (text === undefined) return []
  const isKnown = signals.includes(text.replace(/^SIG/i, '').toUpperCase())
  if (isKnown || (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 64)) return []
  return [
    {
      rule: 'signal',
      service: service.name,
      field: 'down-signal',
      found: JSON.stringify(text),
      wanted: 'the name of a signal, as in SIGTERM, or its number',
      fatal: false,
    },
  ]
}

/**
 * The number of the first line of code that a shell reads with a carriage
 * return at its end; values of variables that are set in quotes may hold one.
 * Other interpreters take it for a blank.
 */
export function lineWithReturn(script: string): number | undefined {
  if (!shells.includes(interpreterOf(script))) return undefined
  const lines = withoutExports(script).split('\n')
  const at = lines.findIndex((line, index) => index > 0 && /^(?!\s*#).*\r$/.test(line))
  return at === -1 ? undefined : at + 1
}

/** Looks at a file that the kernel is to execute. */
export function script(service: ServiceFolder, field: string, needsMode: boolean): Finding[] {
  const file = service.files.get(field)
  if (!file) return []
  const at = { service: service.name, field }
  const findings: Finding[] = []
  const [first = ''] = file.content.split('\n', 1)
  const isBinary = file.content.startsWith('\u007fELF')
  const isShebang = /^#! ?\/\S+(?: [^\r]*)?$/.test(first)
  if (!isBinary && !isShebang) {
    const wanted = 'a first line as #!/bin/sh, with an absolute path, that ends in a newline alone'
    findings.push({ ...at, rule: 'shebang', found: JSON.stringify(first), wanted, fatal: true })
  } else if (/^#! ?\/usr\/bin\/with-contenv/.test(first)) {
    const wanted = '#!/command/with-contenv; the other path needs an optional part of s6-overlay'
    findings.push({ ...at, rule: 'shebang', found: JSON.stringify(first), wanted, fatal: false })
  }
  const line = lineWithReturn(file.content)
  if (isShebang && line !== undefined) {
    const found = `a carriage return at the end of line ${line}`
    const wanted = 'lines that end in a newline alone'
    findings.push({ ...at, rule: 'line-ending', found, wanted, fatal: false })
  }
  if (needsMode && (file.mode & 0o100) === 0) {
    const found = `permissions ${file.mode.toString(8)}`
    findings.push({
      ...at,
      rule: 'not-executable',
      found,
      wanted: 'an executable file',
      fatal: true,
    })
  }
  return findings
}

/** Scripts in data/ are executed from there; its other files are not checked. */
function dataScripts(service: ServiceFolder): Finding[] {
  return ['data/check', 'data/run', 'data/finish', 'data/up', 'data/down']
    .filter(field => service.files.get(field)?.content.startsWith('#!'))
    .flatMap(field => script(service, field, true))
}
