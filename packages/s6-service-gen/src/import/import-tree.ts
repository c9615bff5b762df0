import type { FileTree } from '../file-tree.js'
import type { Layout } from '../generate/generate.js'
import { importLogger, importLongrun, type Draft, type Imported } from './import-longrun.js'
import { importOneshot, importPlainOneshot } from './import-oneshot.js'
import { isOwn } from './read-run.js'
import type { Services } from '../description/service-description.js'
import { parseDescription } from '../description/parse-description.js'
import { ServiceError } from '../service-error.js'
import {
  layoutOf,
  namesIn,
  pipelineNameOf,
  serviceFolders,
  typeOf,
  type ServiceFolder,
} from '../tree/service-folders.js'

/**
 * Reads an existing tree back into a description. A tree of `generate` comes
 * back as it was described, except for bundles in the layout `s6`, which are
 * replaced by their services there. Other scripts are taken as a whole.
 *
 * @param layout - the kind of tree; inferred from its files by default
 * @throws ServiceError, as `parseDescription` does, where the tree says what a
 * description must not
 */
export function importTree(
  tree: FileTree,
  { layout = layoutOf(tree) }: { layout?: Layout } = {},
): Imported<Services> {
  const folders = serviceFolders(tree, layout)
  const read = layout === 's6' ? folders.map(readPlain) : readSource(folders)
  const drafts = read.map(({ services }) => services)
  return {
    services: parseDescription(Object.fromEntries(drafts.toSorted(([a], [b]) => (a < b ? -1 : 1)))),
    notes: read.flatMap(({ notes }) => notes),
  }
}

type Entry = Imported<readonly [string, Draft]>

function readPlain(service: ServiceFolder): Entry {
  const { name, files } = service
  if (isOwn(files.get('run')?.content) && files.has('data/up')) {
    return { services: [name, importPlainOneshot(service)], notes: [] }
  }
  const inLog = [...files].filter(([path]) => path.startsWith('log/'))
  const logger = new Map(inLog.map(([path, file]) => [path.slice('log/'.length), file]))
  const { services, notes } = importLongrun(service)
  const log = logger.has('run') ? { log: importLogger({ name, files: logger }) } : {}
  return { services: [name, { ...services, ...log }], notes }
}

function readSource(folders: readonly ServiceFolder[]): Entry[] {
  const loggers = new Map(folders.filter(isLogger).map(each => [producerOf(each), each]))
  const renamed = namesOfLoggers(loggers)
  const named = (service: ServiceFolder, list: string) => [
    ...new Set(
      namesIn(service, list)
        .filter(name => name !== 'base')
        .flatMap(name => renamed.get(name) ?? name),
    ),
  ]
  return folders
    .filter(folder => !isLogger(folder) && !isDefault(folder))
    .map(service => readDefinition(service, loggers.get(service.name), named))
}

function readDefinition(
  service: ServiceFolder,
  logger: ServiceFolder | undefined,
  named: (service: ServiceFolder, list: string) => string[],
): Entry {
  const { name } = service
  const type = typeOf(service)
  const entry = ({ services, notes }: Imported<Draft>): Entry => ({
    services: [name, services],
    notes,
  })
  if (type === 'bundle') {
    return entry({ services: { type, contents: named(service, 'contents') }, notes: [] })
  }
  const after = named(service, 'dependencies').filter(other => other !== name)
  if (type === 'oneshot') {
    return entry({ services: { ...importOneshot(service), after }, notes: [] })
  }
  const { services, notes } = importLongrun(service)
  const log = logger ? { log: importLogger(logger) } : {}
  return entry({ services: { ...services, after, ...log, type }, notes })
}

/** The bundle of everything is made anew. */
function isDefault(service: ServiceFolder): boolean {
  return service.name === 'default' && typeOf(service) === 'bundle'
}

function isLogger({ files }: ServiceFolder): boolean {
  return files.has('consumer-for')
}

function producerOf(logger: ServiceFolder): string {
  const producers = namesIn(logger, 'consumer-for')
  const [only, ...more] = producers
  if (only !== undefined && more.length === 0 && !logger.files.has('producer-for')) return only
  throw new ServiceError(
    'invalid-description',
    `service ${logger.name}, consumer-for: expected one service and its logger, ` +
      'got a pipeline of more than two services, which a description cannot express',
  )
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
