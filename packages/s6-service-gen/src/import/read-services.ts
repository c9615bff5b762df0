import type { Layout } from '../generate/generate.js'
import {
  importLogger,
  importLongrun,
  leftOut,
  type Draft,
  type Imported,
} from './import-longrun.js'
import { importOneshot, importPlainOneshot } from './import-oneshot.js'
import { isOwn } from './read-run.js'
import {
  isLastConsumer,
  namesIn,
  pipelineNameOf,
  typeOf,
  type ServiceFolder,
} from '../tree/service-folders.js'

/** A service that was read, with what was lost. */
export type Entry = Imported<readonly [string, Draft]>

/** Reads a service of a scan directory, with its logger. */
export function readPlain(service: ServiceFolder): Entry {
  const { name, files } = service
  if (isOwn(files.get('run')?.content) && files.has('data/up')) {
    return { services: [name, importPlainOneshot(service)], notes: [] }
  }
  const inLog = [...files].filter(([path]) => path.startsWith('log/'))
  const logger = new Map(inLog.map(([path, file]) => [path.slice('log/'.length), file]))
  const { services, notes } = importLongrun(service)
  if (!logger.has('run')) return { services: [name, services], notes }
  const log = { name: `${name}/log`, files: logger }
  return {
    services: [name, { ...services, log: importLogger(log) }],
    notes: [...notes, ...lostOfLogger(log, [])],
  }
}

/** Reads source definitions of s6-rc. */
export function readSource(folders: readonly ServiceFolder[], layout: Layout): Entry[] {
  const loggers = new Map<string, ServiceFolder>()
  for (const folder of folders) {
    const producer = producerOf(folder, folders)
    if (producer !== undefined) loggers.set(producer, folder)
  }
  const inLoggers = new Set(loggers.values())
  const renamed = namesOfLoggers(loggers)
  const named = (service: ServiceFolder, list: string) => [
    ...new Set(
      namesIn(service, list)
        // The generator adds it.
        .filter(name => layout !== 's6-overlay' || name !== 'base')
        .flatMap(name => renamed.get(name) ?? name),
    ),
  ]
  return folders
    .filter(folder => !inLoggers.has(folder) && !isDefault(folder))
    .map(service => readDefinition(service, loggers.get(service.name), named))
}

type Named = (service: ServiceFolder, list: string) => string[]

function readDefinition(
  service: ServiceFolder,
  logger: ServiceFolder | undefined,
  named: Named,
): Entry {
  const { name } = service
  const type = typeOf(service)
  if (type === 'bundle') {
    const known = ['type', 'contents']
    return {
      services: [name, { type, contents: named(service, 'contents') }],
      notes: lostBut(service, known),
    }
  }
  const after = named(service, 'dependencies').filter(other => other !== name)
  if (type === 'oneshot') {
    const known = ['type', 'up', 'down', 'timeout-up', 'timeout-down', 'dependencies']
    return {
      services: [name, { ...importOneshot(service), after }],
      notes: lostBut(service, known),
    }
  }
  // The check of the description names what is wrong with the type.
  if (type !== 'longrun') return { services: [name, { type }], notes: [] }
  const { services, notes } = importLongrun(service)
  const log = logger ? { log: importLogger(logger) } : {}
  return {
    services: [name, { ...services, after, ...log, type }],
    notes: [
      ...notes,
      ...(logger ? lostOfLogger(logger, named(logger, 'dependencies')) : lostPipes(service)),
    ],
  }
}

/** The bundle of everything is made anew. */
function isDefault(service: ServiceFolder): boolean {
  return service.name === 'default' && typeOf(service) === 'bundle'
}

/** The one producer of a logger; undefined for what a description has no words for. */
function producerOf(logger: ServiceFolder, folders: readonly ServiceFolder[]): string | undefined {
  const [only, ...more] = namesIn(logger, 'consumer-for')
  if (!isLastConsumer(logger) || more.length > 0) return undefined
  const producer = folders.find(({ name }) => name === only)
  const isBack = producer && namesIn(producer, 'producer-for').includes(logger.name)
  // The first of a pipeline of two.
  const isFirst = producer && namesIn(producer, 'consumer-for').length === 0
  return isBack && isFirst && typeOf(producer) === 'longrun' ? only : undefined
}

/** A logger, and the pipeline that it is in, are its service's in a description. */
function namesOfLoggers(loggers: ReadonlyMap<string, ServiceFolder>): ReadonlyMap<string, string> {
  return new Map(
    [...loggers].flatMap(([producer, logger]) => {
      const pipeline = pipelineNameOf(logger)
      const names = [logger.name, ...(pipeline === undefined ? [] : [pipeline])]
      return names.map(name => [name, producer] as const)
    }),
  )
}

function lostPipes({ name, files }: ServiceFolder): string[] {
  return ['producer-for', 'consumer-for']
    .filter(field => files.has(field))
    .map(
      field =>
        `service ${name}, ${field}: expected one service and its logger, got another pipeline; it is left out`,
    )
}

/** A logger of our own has no more than its settings; of others the script is kept. */
function lostOfLogger(logger: ServiceFolder, after: readonly string[]): string[] {
  if (isOwn(logger.files.get('run')?.content)) return []
  const known = ['type', 'run', 'consumer-for', 'pipeline-name', 'dependencies']
  return [...lostBut(logger, known), ...after.map(each => leftOut(logger.name, `after ${each}`))]
}

/** Notes about all files but these; the folders of lists, and what s6-rc does not read, are no loss. */
function lostBut({ name, files }: ServiceFolder, known: readonly string[]): string[] {
  return [...files.keys()]
    .filter(path => !known.includes(path.replace(/\.d(?:\/.*|$)/, '')) && !path.endsWith('/'))
    .filter(path => !/(?:^|\/)\./.test(path))
    .map(path => leftOut(name, path))
}
