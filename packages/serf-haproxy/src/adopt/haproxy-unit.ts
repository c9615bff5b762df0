import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { splitWords } from 'haproxy-config-text'
import { parseStartArguments, type StartArguments } from 'haproxy-config-text/effective'

/** The start of HAProxy, as its systemd unit has it. */
export interface HaproxyUnit {
  /** Path of the unit. */
  readonly file: string
  /** The arguments behind HAProxy's name, with their variables expanded. */
  readonly start: StartArguments
  /** The variables that systemd gives it. */
  readonly environment: Readonly<Record<string, string>>
}

/** Folders of units; one in an earlier folder replaces one of the same name in a later one. */
const folders = [
  'etc/systemd/system',
  'run/systemd/system',
  'usr/lib/systemd/system',
  'lib/systemd/system',
]
const unitName = 'haproxy.service'

/**
 * Reads `haproxy.service`, with its drop-ins and environment files, such as
 * Debian's `/etc/default/haproxy`. Returns undefined if there is no such unit, or
 * if it starts nothing.
 *
 * @param root - folder that stands for `/`
 */
export function readHaproxyUnit(root: string): HaproxyUnit | undefined {
  const files = folders.map(folder => join(root, folder, unitName))
  const file = files.find(each => readIfPresent(each) !== undefined)
  if (file === undefined) return undefined
  const settings = [file, ...dropIns(root)].flatMap(serviceSettings)
  const variables = variablesOf(settings, root)
  const [command] = lastGroup(settings, 'ExecStart')
  if (command === undefined) return undefined
  // `-`, `@`, `:`, `+` and `!` before the program are for systemd.
  const [, ...args] = splitWords(command.replace(/^[-@:+!]+/, '')).flatMap(expanded(variables))
  return {
    file: `/${relative(root, file)}`,
    start: parseStartArguments(args),
    environment: Object.fromEntries(variables),
  }
}

type Setting = readonly [name: string, value: string]

/** Returns the drop-ins of the unit in the order of their names. */
function dropIns(root: string): string[] {
  const byName = new Map<string, string>()
  for (const folder of folders) {
    const path = join(root, folder, `${unitName}.d`)
    for (const name of namesIn(path).filter(each => each.endsWith('.conf')))
      if (!byName.has(name)) byName.set(name, join(path, name))
  }
  return [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path)
}

/** Returns the settings of the section `[Service]`, in order. */
function serviceSettings(file: string): Setting[] {
  const text = (readIfPresent(file) ?? '').replaceAll(/\\\n/g, ' ')
  let section = ''
  return text.split('\n').flatMap((raw): Setting[] => {
    const line = raw.trim()
    section = /^\[(.*)\]$/.exec(line)?.[1] ?? section
    const [, name, value] = /^(\w+)\s*=\s*(.*)$/.exec(line) ?? []
    return section === 'Service' && name !== undefined ? [[name, value ?? '']] : []
  })
}

/** Returns the values of a setting behind its last empty one, which takes those before it away. */
function lastGroup(settings: readonly Setting[], wanted: string): string[] {
  const values = settings.flatMap(([name, value]) => (name === wanted ? value : []))
  return values.slice(values.lastIndexOf('') + 1)
}

/** Returns the variables of the unit; those of its environment files win. */
function variablesOf(settings: readonly Setting[], root: string): ReadonlyMap<string, string> {
  const assignments = lastGroup(settings, 'Environment').flatMap(value => splitWords(value))
  const files = lastGroup(settings, 'EnvironmentFile').map(path => path.replace(/^-/, ''))
  for (const path of files) {
    const lines = (readIfPresent(join(root, path)) ?? '').split('\n').map(line => line.trim())
    for (const line of lines.filter(each => /^\w+=/.test(each)))
      assignments.push(line.replace(/=.*$/, `=${splitWords(line.replace(/^\w+=/, '')).join(' ')}`))
  }
  return new Map(
    assignments.map(each => [each.replace(/=.*$/, ''), each.replace(/^[^=]*=/, '')] as const),
  )
}

/** Expands a word: `$NAME` on its own is several words, and `${NAME}` is text of one. */
function expanded(variables: ReadonlyMap<string, string>): (word: string) => readonly string[] {
  return word => {
    const [, alone] = /^\$(\w+)$/.exec(word) ?? []
    if (alone !== undefined) return splitWords(variables.get(alone) ?? '')
    return [word.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => variables.get(name) ?? '')]
  }
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
