import { constants } from 'node:os'
import { isOwn, readOwnRun } from './read-run.js'
import type { Longrun } from '../description/service-description.js'
import type { TreeFile } from '../file-tree.js'
import { readRunAs } from '../generate/run-as.js'
import { ownData, usualMode } from '../description/service-fields.js'
import { valueOf, type ServiceFolder } from '../tree/service-folders.js'
import { textOf } from '../shell-script.js'

/** A service as a description may have it, unchecked. */
export type Draft = Readonly<Record<string, unknown>>

/** The services that were read, and notes about everything that was lost. */
export interface Imported<T> {
  /** The services, in the form that `T` names. */
  readonly services: T
  /** One sentence for each thing that is lost or was decided. */
  readonly notes: readonly string[]
}

/** Files that say what the description says elsewhere. */
const understood = new Set([
  'type',
  'run',
  'finish',
  'notification-fd',
  'down-signal',
  'timeout-kill',
  'timeout-finish',
  'dependencies',
  'producer-for',
  'consumer-for',
  'pipeline-name',
])

/** Reads a longrun; a script that we did not make is taken as a whole. */
export function importLongrun(service: ServiceFolder): Imported<Draft> {
  const { name, files } = service
  const own = isOwn(files.get('run')?.content)
  const ending = readFinish(service)
  const kill = valueOf(service, 'timeout-kill')
  const signal = valueOf(service, 'down-signal')
  const finishMs = valueOf(service, 'timeout-finish')
  const isKilled = kill !== undefined && kill !== '0'
  const draft: Draft = {
    type: 'longrun',
    run: textOf(files.get(own ? 'data/run' : 'run')?.content ?? ''),
    ...(own ? readOwnRun(service) : foreignReadiness(service)),
    ...ending,
    ...(signal === undefined ? {} : { stopSignal: signalName(signal) }),
    ...(isKilled ? { stopTimeoutMs: numberIn(kill) } : {}),
    ...(finishMs === undefined ? {} : { finishTimeoutMs: numberIn(finishMs) }),
    files: extraFiles(service, own),
  }
  const killNote = `service ${name}, timeout-kill: it was never killed, and now is 10 s after its stop`
  return { services: draft, notes: [...(isKilled ? [] : [killNote]), ...lost(service, own)] }
}

/** Reads a logger of any layout. */
export function importLogger(logger: ServiceFolder): Draft {
  const script = logger.files.get('run')?.content ?? ''
  const line = /^exec (.*)s6-log -d3 -b n(\d+) s(\d+) T "(.*)"$/m.exec(script)
  if (!isOwn(script)) return { run: textOf(script) }
  if (!line) return { run: textOf(logger.files.get('data/run')?.content ?? '') }
  const [, prefix = '', files, bytesPerFile, folder] = line
  const { user } = readRunAs(prefix.trim().split(' '))
  return {
    folder,
    files: Number(files),
    bytesPerFile: Number(bytesPerFile),
    ...(user === undefined ? {} : { user }),
  }
}

function readFinish({ files }: ServiceFolder): Draft {
  const script = files.get('finish')?.content
  if (script === undefined) return {}
  if (!isOwn(script)) return { finish: textOf(script) }
  const lines = script.split('\n')
  const finish = files.get('data/finish')?.content
  const [, withinSeconds, deaths] = /^exec s6-permafailon (\d+) (\d+) /m.exec(script) ?? []
  return {
    ...(finish === undefined ? {} : { finish: textOf(finish) }),
    ...(lines.includes('exit 125') ? { restart: 'never' } : {}),
    ...(lines.includes('[ "$1" -ne 0 ] || exit 125') ? { restart: 'on-failure' } : {}),
    ...(deaths === undefined
      ? {}
      : { giveUp: { deaths: Number(deaths), withinSeconds: Number(withinSeconds) } }),
  }
}

function foreignReadiness(service: ServiceFolder): Draft {
  const fd = valueOf(service, 'notification-fd')
  return fd === undefined ? {} : { ready: { fd: numberIn(fd) } }
}

/** The name of a signal without SIG; s6 takes it in letters of either case, or its number. */
function signalName(text: string): string {
  const byNumber = Object.entries(constants.signals).find(([, each]) => text === String(each))
  return (byNumber?.[0] ?? text).replace(/^SIG/i, '').toUpperCase()
}

/** A text that is no number is left as it is: the description's check then rejects it. */
export function numberIn(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text
}

function extraFiles({ files }: ServiceFolder, own: boolean): Longrun['files'] {
  return Object.fromEntries(
    [...files]
      .filter(([path]) => /^(?:data|env)\/[^]*[^/]$/.test(path) && !ownData.includes(path))
      // Ours only where the run script says that it is one.
      .filter(([path]) => !(own && path === 'data/check' && isCheckOurs(files)))
      .map(([path, file]) => [path, extraFile(file)]),
  )
}

/** A file as a description has it: bytes and permissions only where a text cannot say them. */
function extraFile({ content, bytes, mode }: TreeFile): Longrun['files'][string] {
  const isUsual = mode === usualMode(content)
  if (!bytes && isUsual) return content
  return {
    ...(bytes ? { base64: Buffer.from(bytes).toString('base64') } : { text: content }),
    ...(isUsual ? {} : { mode: mode.toString(8).padStart(3, '0') }),
  }
}

function isCheckOurs(files: ServiceFolder['files']): boolean {
  return files.get('run')?.content.includes('\nexec s6-notifyoncheck ') ?? false
}

function lost({ name, files }: ServiceFolder, own: boolean): string[] {
  return [...files.keys()]
    .filter(path => !understood.has(path) && !/^(?:dependencies\.d|log)(?:\/|$)/.test(path))
    .filter(path => !(own && path === 'max-death-tally'))
    .filter(path => !/^(?:data|env)\//.test(path) || (!own && ownData.includes(path)))
    .map(path => leftOut(name, path))
}

/** The note about a file that has no field. */
export function leftOut(service: string, path: string): string {
  return `service ${service}, ${path}: a description has no place for it; it is left out`
}
