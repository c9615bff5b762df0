import type { Finding } from './finding.js'
import { lintNumbers } from './lint-numbers.js'
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
    ...readiness(service),
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

/** Returns whether a script has the line ends of another system; a generated value may contain one. */
export function hasCarriageReturns(script: string): boolean {
  const lines = script.split('\n').slice(1).filter(Boolean)
  return lines.length > 0 && lines.every(line => line.endsWith('\r'))
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
  if (isShebang && hasCarriageReturns(file.content)) {
    const [found, wanted] = ['carriage returns', 'lines that end in a newline alone']
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

/** `s6-notifyoncheck` finds by this file where to tell that the service is ready. */
function readiness(service: ServiceFolder): Finding[] {
  const { name, files } = service
  const run = files.get('run')?.content ?? ''
  if (!/^[^#\n]*\bs6-notifyoncheck\b/m.test(run)) return []
  const at = { rule: 'readiness', service: name } as const
  const findings: Finding[] = []
  if (!files.has('notification-fd') && !/\bs6-notifyoncheck\b.* -3/.test(run)) {
    const wanted = 'the descriptor that s6-notifyoncheck tells readiness on'
    findings.push({ ...at, field: 'notification-fd', found: 'nothing', wanted, fatal: true })
  }
  if (!files.has('data/check') && !/\bs6-notifyoncheck\b.* -c/.test(run)) {
    const wanted = 'the check that s6-notifyoncheck runs'
    findings.push({ ...at, field: 'data/check', found: 'nothing', wanted, fatal: true })
  }
  return findings
}
