import { realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { endpointText, type Endpoint } from './endpoint.js'
import { partialFiles } from './output-schema.js'
import type { Configuration } from './schema.js'

/** A setting with a value that contradicts another one. */
export interface SharedPlace {
  readonly path: readonly PropertyKey[]
  /** The expected and the present value, in words. */
  readonly problem: string
}

interface Place<T> {
  readonly path: readonly PropertyKey[]
  readonly at: T
}

/**
 * Finds settings that name one place for two things: a file, a socket or a
 * folder, or an address to listen on. Every path of `configuration` is absolute.
 */
export function sharedPlaces(configuration: Configuration): SharedPlace[] {
  return [...sharedPaths(configuration), ...sharedAddresses(configuration)]
}

function sharedPaths(configuration: Configuration): SharedPlace[] {
  const { haproxy, stateFolder } = configuration
  const written = writtenFiles(configuration)
  const found = new Map<string, readonly PropertyKey[]>([
    ...['lock', 'state', 'pending'].map(
      end => [realPath(`${haproxy.configFile}.${end}`), ['haproxy', 'configFile']] as const,
    ),
    [realPath(join(stateFolder, 'control.sock')), ['stateFolder']],
  ])
  const problems: SharedPlace[] = []
  for (const { path, at } of [...namedPlaces(configuration), ...written]) {
    const other = found.get(realPath(at))
    if (other)
      problems.push({
        path,
        problem: `expected another path than that of ${other.join('.')}, got ${at}`,
      })
    else found.set(realPath(at), path)
  }
  const own = `${realPath(stateFolder)}${sep}`
  for (const { path, at } of written)
    if (realPath(at).startsWith(own))
      problems.push({ path, problem: `expected a file outside of stateFolder, got ${at}` })
  if (problems.length === 0 && statSync(stateFolder, { throwIfNoEntry: false })?.isFile())
    problems.push({
      path: ['stateFolder'],
      problem: `expected a folder, got the file ${stateFolder}`,
    })
  return problems
}

/** Files, sockets and folders, but for the files that the agent writes for HAProxy next to its configuration. */
function namedPlaces(configuration: Configuration): readonly Place<string>[] {
  const { serf, haproxy, template, policy, tokenFile, stateFolder } = configuration
  const { configFile, runtimeSocket, masterSocket, reload } = haproxy
  const places: (readonly [readonly PropertyKey[], string | undefined])[] = [
    [['haproxy', 'configFile'], configFile],
    [['haproxy', 'runtimeSocket'], runtimeSocket],
    [['haproxy', 'masterSocket'], masterSocket],
    [['haproxy', 'reload', 'pidFile'], reload && 'pidFile' in reload ? reload.pidFile : undefined],
    [
      ['haproxy', 'reload', 's6Service'],
      reload && 's6Service' in reload ? reload.s6Service : undefined,
    ],
    [['template'], template],
    [['policy'], policy],
    [['tokenFile'], tokenFile],
    [['serf', 'authKeyFile'], serf.authKeyFile],
    [['stateFolder'], stateFolder],
    [['balancers', 'keepalived', 'file'], configuration.balancers?.keepalived?.file],
  ]
  const given = places.flatMap(([path, at]) => (at === undefined ? [] : { path, at }))
  return [...given, ...templateFiles(configuration)]
}

/** The files that the agent writes for HAProxy, next to its configuration. */
function writtenFiles({ outputs, frontends }: Configuration): readonly Place<string>[] {
  return [
    ...outputs.map(({ file }, i) => ({ path: ['outputs', i, 'file'], at: file })),
    ...frontends.flatMap(({ routeMap }, i) =>
      routeMap === undefined ? [] : { path: ['frontends', i, 'routeMap'], at: routeMap },
    ),
  ]
}

/** The files of further templates. One may serve several outputs. */
function templateFiles({ outputs, partials }: Configuration): readonly Place<string>[] {
  const templates = outputs.map(({ template }) => template)
  return [
    ...templates.flatMap((at, i) =>
      templates.indexOf(at) < i ? [] : { path: ['outputs', i, 'template'], at },
    ),
    ...[...partialFiles(partials)].map(([name, at], i) => ({
      path: ['partials', Array.isArray(partials) ? i : name],
      at,
    })),
  ]
}

/** Resolves links, also of a folder whose file is not there yet. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const folder = dirname(path)
    return folder === path ? path : join(realPath(folder), basename(path))
  }
}

function sharedAddresses({ serf, stats, frontends, listen }: Configuration): SharedPlace[] {
  const places: Place<Endpoint>[] = [
    { path: ['serf', 'rpc'], at: serf.rpc },
    ...frontends.map(({ bind }, i) => ({ path: ['frontends', i, 'bind'], at: bind })),
    ...(stats ? [{ path: ['stats'], at: stats }] : []),
    { path: ['listen'], at: listen },
  ]
  return places.flatMap(({ path, at }, i) => {
    const other = places.slice(0, i).find(each => overlap(each, at))
    if (!other) return []
    const problem = `expected another address than that of ${other.path.join('.')}, got ${endpointText(at)}`
    return [{ path, problem }]
  })
}

const wildcards: ReadonlySet<string> = new Set(['0.0.0.0', '::', '*'])

/** A wildcard includes every address of this machine; Serf's agent may run on another one. */
function overlap({ path, at: a }: Place<Endpoint>, b: Endpoint): boolean {
  if (a.port !== b.port || a.port === 0) return false
  const isOwn = path[0] !== 'serf'
  return (
    a.address === b.address || (isOwn && (wildcards.has(a.address) || wildcards.has(b.address)))
  )
}
