import type { Finding } from './finding.js'
import { hasFolder, typeOf, type ServiceFolder } from '../tree/service-folders.js'

interface Kinds {
  readonly files: readonly string[]
  readonly folders: readonly string[]
}

const atomic: Kinds = {
  files: ['type', 'timeout-up', 'timeout-down'],
  folders: ['dependencies.d'],
}

/** Paths that s6-rc-compile opens in a service of each type, as a file or as a folder. */
const kinds: Readonly<Record<string, Kinds>> = {
  longrun: {
    files: [
      ...atomic.files,
      'run',
      'finish',
      'notification-fd',
      'producer-for',
      'consumer-for',
      'pipeline-name',
    ],
    folders: [...atomic.folders, 'data', 'env'],
  },
  oneshot: { ...atomic, files: [...atomic.files, 'up', 'down'] },
  bundle: { files: ['type'], folders: ['contents.d'] },
}

/** Finds folders where s6-rc reads a file, and files where it reads a folder. */
export function lintKinds(service: ServiceFolder): Finding[] {
  const { files, folders } = kinds[typeOf(service) ?? ''] ?? { files: ['type'], folders: [] }
  // A list that is a file is not opened where the folder of its name is there.
  const lists = folders
    .filter(folder => folder.endsWith('.d') && !hasFolder(service, folder))
    .map(folder => folder.slice(0, -'.d'.length))
  const finding = (field: string, found: string, wanted: string): Finding => ({
    rule: 'kind',
    service: service.name,
    field,
    found,
    wanted,
    fatal: true,
  })
  return [
    ...[...files, ...lists]
      .filter(field => hasFolder(service, field))
      .map(field => finding(field, 'a folder', 'a file')),
    ...folders
      .filter(field => service.files.has(field))
      .map(field => finding(field, 'a file', 'a folder')),
  ]
}
