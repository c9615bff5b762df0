import { quoteExecline } from '../execline.js'
import { below, marker, value, type Files } from '../file-tree.js'
import { loggerFiles } from './logger-files.js'
import { longrunFiles } from './longrun-files.js'
import { loggerOf, pipelineOf } from '../description/references.js'
import { timeoutMarginMs } from './plain-oneshot.js'
import { runAs, within } from './run-as.js'
import type { Longrun, Oneshot, Service, Services } from '../description/service-description.js'
import { banner, exports } from '../shell-script.js'

/** The differences of s6-overlay's source definitions from those of plain s6-rc. */
export interface SourceOptions {
  /** The first line of scripts. */
  readonly interpreter?: string
  /** The words before a shell of a oneshot. */
  readonly prefix?: readonly string[]
  /** The dependency of every service in addition to its own. */
  readonly base?: readonly string[]
}

/** Source definitions for `s6-rc-compile`, and the bundle `default` of all services. */
export function sourceLayout(services: Services): Files {
  const all = started(services)
  return [
    ...sourceFiles(services),
    ...(all.length > 0
      ? below('default', [['type', value('bundle')], ...list('contents', all)])
      : []),
  ]
}

/** The definitions of the services alone. */
export function sourceFiles(services: Services, options: SourceOptions = {}): Files {
  return Object.entries(services).flatMap(([name, service]) => [
    ...below(name, definition(name, service, options)),
    ...(service.type === 'longrun' && service.log
      ? below(loggerOf(name), loggerDefinition(name, service.log, options))
      : []),
  ])
}

/** The names to start: each service, with its logger if it has one. */
export function started(services: Services): string[] {
  return Object.entries(services).flatMap(([name, service]) => {
    if (service.type === 'bundle') return []
    return [service.type === 'longrun' && service.log ? pipelineOf(name) : name]
  })
}

/** A list is a folder of empty files. */
export function list(name: 'contents' | 'dependencies', members: readonly string[]): Files {
  return members.map(member => [`${name}.d/${member}`, marker])
}

function definition(name: string, service: Service, options: SourceOptions): Files {
  const type = ['type', value(service.type)] as const
  if (service.type === 'bundle') return [type, ...list('contents', service.contents)]
  const dependencies = list('dependencies', [...service.after, ...(options.base ?? [])])
  return service.type === 'oneshot'
    ? [type, ...dependencies, ...oneshotFiles(service, options)]
    : [type, ...dependencies, ...pipelinedFiles(name, service, options)]
}

function pipelinedFiles(name: string, service: Longrun, { interpreter }: SourceOptions): Files {
  const files = longrunFiles(service, interpreter === undefined ? {} : { interpreter })
  return service.log ? [...files, ['producer-for', value(loggerOf(name))]] : files
}

function loggerDefinition(
  name: string,
  log: NonNullable<Longrun['log']>,
  { interpreter, base = [] }: SourceOptions,
): Files {
  return [
    ['type', value('longrun')],
    ['consumer-for', value(name)],
    ['pipeline-name', value(pipelineOf(name))],
    ...list('dependencies', base),
    ...loggerFiles(log, interpreter),
  ]
}

function oneshotFiles(service: Oneshot, options: SourceOptions): Files {
  const { up, down, upTimeoutMs, downTimeoutMs } = service
  const file = (text: string, timeoutMs: number) =>
    value(`${banner}\n${commandLine(service, options, { text, timeoutMs })}`)
  return [
    ['up', file(up, upTimeoutMs)],
    ...(down === undefined ? [] : [['down', file(down, downTimeoutMs)] as const]),
    ...limit('timeout-up', upTimeoutMs),
    ...limit('timeout-down', downTimeoutMs),
  ]
}

/** s6-rc does not kill what takes too long, it only says that it has failed: `timeout` kills. */
function commandLine(
  service: Oneshot,
  { prefix = [] }: SourceOptions,
  { text, timeoutMs }: { readonly text: string; readonly timeoutMs: number },
): string {
  return [
    ...prefix,
    ...within(timeoutMs),
    ...runAs(service),
    '/bin/sh',
    '-c',
    quoteExecline([...exports(service.environment), text].join('\n')),
  ].join(' ')
}

function limit(field: string, timeoutMs: number): Files {
  return timeoutMs === 0 ? [] : [[field, value(timeoutMs + timeoutMarginMs)]]
}
