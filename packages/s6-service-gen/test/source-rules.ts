import type { FileTree } from '../src/file-tree.js'

/**
 * The documented rules of s6-rc-compile for source definitions, step by step
 * as that program goes, and written without the lint's own parts.
 *
 * @returns why it rejects a tree; undefined if it accepts it
 */
export function rejectionOf(tree: FileTree): string | undefined {
  try {
    compile(tree)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

interface Atomic {
  readonly dependencies: readonly string[]
  readonly consumer: string | undefined
  readonly producers: readonly string[]
}

interface Database {
  readonly types: Map<string, string>
  readonly atomics: Map<string, Atomic>
  readonly bundles: Map<string, readonly string[]>
  readonly pipelines: (readonly [name: string, last: string])[]
}

function compile(tree: FileTree): void {
  const source = new Folder(tree, '')
  const database: Database = {
    types: new Map(),
    atomics: new Map(),
    bundles: new Map(),
    pipelines: [],
  }
  for (const name of source.names()) {
    if (name.includes('\n')) throw new Error('newline in a name')
    if (/^s6-?rc-/.test(name)) throw new Error(`reserved name ${name}`)
    if (source.isFolder(name)) addService(database, name, new Folder(tree, `${name}/`))
  }
  addPipelines(database)
  const flat = new Map(
    [...database.bundles.keys()].map(name => [name, resolve(database, name, [])]),
  )
  checkPipes(database)
  checkDependencies(database, flat)
}

function addService(database: Database, name: string, folder: Folder): void {
  const read = folder.read('type')
  if (read === undefined) throw new Error(`${name} has no type`)
  const type = read.slice(0, 8).replace(/\n$/, '')
  if (!['bundle', 'longrun', 'oneshot'].includes(type)) throw new Error(`${name} is a ${type}`)
  database.types.set(name, type)
  if (type === 'bundle') {
    const contents = folder.list('contents')
    if (!contents) throw new Error(`${name} has no contents`)
    database.bundles.set(name, contents)
    return
  }
  const dependencies = folder.list('dependencies') ?? []
  for (const file of ['timeout-up', 'timeout-down']) checkNumber(folder.read(file), file)
  if (type === 'oneshot') {
    if (folder.read('up') === undefined) throw new Error(`${name} has no up`)
    folder.read('down')
    database.atomics.set(name, { dependencies, consumer: undefined, producers: [] })
    return
  }
  addLongrun(database, name, folder, dependencies)
}

function addLongrun(
  database: Database,
  name: string,
  folder: Folder,
  dependencies: readonly string[],
): void {
  if (folder.read('run') === undefined) throw new Error(`${name} has no run`)
  for (const file of ['notification-fd', 'lock-fd']) {
    checkNumber(folder.read(file)?.split('\n', 1)[0], file)
  }
  const [fd, lock] = ['notification-fd', 'lock-fd'].map(file => folder.read(file))
  if (
    fd !== undefined &&
    lock !== undefined &&
    Number.parseInt(fd, 10) === Number.parseInt(lock, 10)
  )
    throw new Error(`${name} has one descriptor twice`)
  for (const data of ['data', 'env']) {
    if (folder.isFile(data)) throw new Error(`${name}/${data} is a file`)
  }
  const consumers = folder.lines('producer-for')
  if (consumers && consumers.length !== 1) throw new Error(`${name} has no single consumer`)
  const producers = folder.lines('consumer-for') ?? []
  const [consumer] = consumers ?? []
  database.atomics.set(name, { dependencies, consumer, producers })
  if (consumer !== undefined || producers.length === 0) return
  const pipelines = folder.lines('pipeline-name')
  if (!pipelines) return
  const [pipeline, ...more] = pipelines
  if (pipeline === undefined || more.length > 0) throw new Error('no single pipeline-name')
  database.pipelines.push([pipeline, name])
}

function checkNumber(text: string | undefined, file: string): void {
  if (text === undefined) return
  const number = text.replace(/\n+$/, '')
  if (!/^[0-9]+$/.test(number) || Number(number) > 4_294_967_295) throw new Error(`${file} ${text}`)
}

function addPipelines({ types, bundles, atomics, pipelines }: Database): void {
  for (const [pipeline, last] of pipelines) {
    if (/^s6-?rc-/.test(pipeline)) throw new Error(`reserved name ${pipeline}`)
    if (types.has(pipeline)) throw new Error(`${pipeline} is defined twice`)
    const members: string[] = []
    const visit = (name: string): void => {
      if (types.get(name) !== 'longrun') throw new Error(`${name} is no longrun`)
      if (members.length > types.size) throw new Error('endless pipeline')
      members.push(name)
      atomics.get(name)?.producers.forEach(visit)
    }
    visit(last)
    types.set(pipeline, 'bundle')
    bundles.set(pipeline, members)
  }
}

/** The atomic services of a bundle. */
function resolve({ types, bundles }: Database, name: string, way: readonly string[]): string[] {
  if (way.includes(name)) throw new Error(`cycle of bundles at ${name}`)
  return (bundles.get(name) ?? []).flatMap(member => {
    if (!types.has(member)) throw new Error(`${member} is not defined`)
    const isBundle = types.get(member) === 'bundle'
    return isBundle ? resolve({ types, bundles } as Database, member, [...way, name]) : [member]
  })
}

function checkPipes({ types, atomics }: Database): void {
  for (const [name, { consumer, producers }] of atomics) {
    if (consumer !== undefined) {
      if (types.get(consumer) !== 'longrun') throw new Error(`${consumer} is no longrun`)
      if (!atomics.get(consumer)?.producers.includes(name)) throw new Error(`${name} not back`)
    }
    for (const producer of producers) {
      if (types.get(producer) !== 'longrun') throw new Error(`${producer} is no longrun`)
      if (atomics.get(producer)?.consumer !== name) throw new Error(`${producer} not back`)
    }
  }
}

function checkDependencies({ types, atomics }: Database, flat: Map<string, string[]>): void {
  const edges = new Map(
    [...atomics].map(([name, { dependencies, consumer }]) => {
      const all = consumer === undefined ? dependencies : [...dependencies, consumer]
      for (const each of all) if (!types.has(each)) throw new Error(`${each} is not defined`)
      return [name, new Set(all.flatMap(each => flat.get(each) ?? [each]))] as const
    }),
  )
  // What depends on nothing that is left is taken away, until only cycles are left.
  for (;;) {
    const free = [...edges].filter(([, others]) => ![...others].some(each => edges.has(each)))
    if (free.length === 0) break
    for (const [name] of free) edges.delete(name)
  }
  if (edges.size > 0) throw new Error(`cycle of ${[...edges.keys()].join(', ')}`)
}

/** A folder of a tree, read as by system calls. */
class Folder {
  private readonly tree: FileTree
  private readonly path: string

  constructor(tree: FileTree, path: string) {
    this.tree = tree
    this.path = path
  }

  /** Entries without those that begin with a dot. */
  names(): string[] {
    const below = [...this.tree.keys()].filter(each => each.startsWith(this.path))
    const names = new Set(below.map(each => each.slice(this.path.length).split('/')[0] ?? ''))
    return [...names].filter(name => name !== '' && !name.startsWith('.'))
  }

  isFile(name: string): boolean {
    return this.tree.has(this.path + name)
  }

  isFolder(name: string): boolean {
    return [...this.tree.keys()].some(each => each.startsWith(`${this.path}${name}/`))
  }

  read(name: string): string | undefined {
    if (this.isFolder(name)) throw new Error(`${this.path}${name} is a folder`)
    return this.tree.get(this.path + name)?.content
  }

  lines(name: string): string[] | undefined {
    const text = this.read(name)
    if (text === undefined) return undefined
    const lines = text.split('\n').map(line => line.replace(/^[ \t]*/, ''))
    return [...new Set(lines)].filter(line => line !== '' && !line.startsWith('#'))
  }

  list(name: string): string[] | undefined {
    if (this.isFile(`${name}.d`)) throw new Error(`${this.path}${name}.d is a file`)
    if (!this.isFolder(`${name}.d`)) return this.lines(name)
    return new Folder(this.tree, `${this.path}${name}.d/`).names()
  }
}
