import { below, value, type Files, type TreeFile } from '../file-tree.js'
import type { Longrun } from '../description/service-description.js'
import { usualMode } from '../description/service-fields.js'
import { authorsScript, exports, ownScript, quoted } from '../shell-script.js'
import { runAs } from './run-as.js'

/** Number of deaths that s6-supervise remembers by default. */
const rememberedDeaths = 100

/** Time that s6-supervise gives a finish script by default. */
const defaultFinishMs = 5000

/** Unrequested deaths: every end by itself, and the signals of a crash. */
const deadly =
  '0-255,SIGABRT,SIGBUS,SIGFPE,SIGILL,SIGKILL,SIGPIPE,SIGSEGV,SIGSYS,SIGTRAP,SIGXCPU,SIGXFSZ'

/** The layout's part of a run script. */
export interface RunContext {
  /** The first line of the run script. */
  readonly interpreter?: string
  /** Lines before the service is begun. */
  readonly before?: readonly string[]
}

/**
 * The files of a longrun that are the same in all layouts. The service's own
 * commands are in `data/`, which s6-rc copies, too; `run` prepares for them.
 */
export function longrunFiles(service: Longrun, context: RunContext = {}): Files {
  const { ready, giveUp, stopSignal, stopTimeoutMs, finish, finishTimeoutMs } = service
  const check = ready && 'check' in ready ? [['check', authorsScript(ready.check)] as const] : []
  const data: Files = [
    ['run', authorsScript(service.run)],
    ...check,
    ...(finish === undefined ? [] : [['finish', authorsScript(finish)] as const]),
  ]
  const finishLines = finishing(service)
  const tally = giveUp && giveUp.deaths > rememberedDeaths ? giveUp.deaths : undefined
  return [
    ['run', ownScript(running(service, context), context.interpreter)],
    ...below('data', data),
    ...Object.entries(service.files).map(([path, text]) => [path, extraFile(text)] as const),
    ...(stopSignal === 'TERM' ? [] : [['down-signal', value(`SIG${stopSignal}`)] as const]),
    ['timeout-kill', value(stopTimeoutMs)],
    ...(finishTimeoutMs === defaultFinishMs
      ? []
      : [['timeout-finish', value(finishTimeoutMs)] as const]),
    ...(finishLines.length > 0
      ? [['finish', ownScript(finishLines, context.interpreter)] as const]
      : []),
    ...(tally === undefined ? [] : [['max-death-tally', value(tally)] as const]),
    ...(ready ? [['notification-fd', value('fd' in ready ? ready.fd : 3)] as const] : []),
  ]
}

function extraFile(file: Longrun['files'][string]): TreeFile {
  if (typeof file === 'string') return { content: file, mode: usualMode(file) }
  const bytes = Buffer.from(file.base64 ?? '', 'base64')
  const content = file.text ?? bytes.toString('utf8')
  return {
    content,
    ...(file.base64 === undefined ? {} : { bytes }),
    mode: file.mode === undefined ? usualMode(content) : Number.parseInt(file.mode, 8),
  }
}

function running(service: Longrun, { before = [] }: RunContext): string[] {
  const words = ['exec', ...checking(service), ...runAs(service), './data/run']
  // One log for both outputs.
  return ['exec 2>&1', ...exports(service.environment), ...before, words.join(' ')]
}

function checking({ ready, user }: Longrun): string[] {
  if (!ready || !('check' in ready)) return []
  // -d: the checks are no child of the service. -n 0: until it is ready.
  const words = ['s6-notifyoncheck', '-d', '-n 0', '-s 10', `-w ${ready.everyMs}`]
  return user === undefined
    ? words
    : [...words, '-c', quoted(`${runAs({ user, limits: {} }).join(' ')} ./data/check`)]
}

/** A finish script that ends with 125 tells s6 to not start the service again. */
function finishing({ finish, restart, giveUp }: Longrun): string[] {
  const isOver = { always: [], 'on-failure': ['[ "$1" -ne 0 ] || exit 125'], never: ['exit 125'] }
  const tally = giveUp && [
    `exec s6-permafailon ${giveUp.withinSeconds} ${giveUp.deaths} ${deadly} true`,
  ]
  return [
    ...(finish === undefined ? [] : ['./data/finish "$@"', '[ "$?" -ne 125 ] || exit 125']),
    ...isOver[restart],
    ...(tally && restart !== 'never' ? tally : []),
  ]
}
