import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { inspectFile } from 'haproxy-reloader'
import { fileOwnership, type FileOwnership } from '../configuration/file-ownership.js'
import type { Configuration } from '../configuration/schema.js'
import { haproxyCheck } from '../haproxy/haproxy-check.js'
import { describeCheck } from './describe-check.js'
import { fail, ok, warn, type Finding } from './finding.js'

/** Checks that the agent can use its files, and that other users cannot read its secrets. */
export async function checkFiles(
  configuration: Configuration,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { serf, tokenFile, stateFolder } = configuration
  const secrets = [
    ...(serf.authKeyFile === undefined ? [] : [serf.authKeyFile]),
    ...(tokenFile === undefined ? [] : [tokenFile]),
  ]
  return [
    ...(await checkConfigFile(configuration, signal)),
    ...secrets.map(checkSecret),
    checkStateFolder(stateFolder),
  ]
}

type Place = Awaited<ReturnType<typeof inspectFile>>

async function checkConfigFile(
  configuration: Configuration,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { configFile } = configuration.haproxy
  const place = await inspectFile(configFile)
  const name = 'configuration file'
  if (place.problem) {
    const { text, remedy } = place.problem
    return [fail(name, `the agent cannot replace ${configFile}: ${text}`, remedy)]
  }
  const folder = dirname(place.target)
  if (!may(folder, constants.W_OK | constants.X_OK)) {
    const remedy =
      'give this user write access to the folder: the agent replaces the file atomically'
    return [fail(name, `${folder} is not writable`, remedy)]
  }
  if (!existsSync(configFile)) {
    const remedy = 'start `serf-haproxy run`, which writes it, then start HAProxy'
    return [warn(name, `${configFile} does not exist yet`, remedy)]
  }
  if (!may(configFile, constants.R_OK)) {
    return [fail(name, `${configFile} is not readable`, 'give this user read access')]
  }
  const text = readFileSync(configFile, 'utf8')
  const result = await haproxyCheck(configuration)(text, { signal })
  return [
    ...describeCheck(configuration.haproxy, result.running),
    ...findLosses(place, fileOwnership(configuration)),
    result.ok
      ? ok(name, `HAProxy accepts ${linked(configFile, place.target)}`)
      : fail(
          name,
          `HAProxy rejects ${configFile}: ${result.problems[0]?.message ?? result.report}`,
          'start `serf-haproxy run`, which writes a valid file; until then a restart of HAProxy fails',
        ),
  ]
}

function linked(configFile: string, target: string): string {
  return configFile === target ? configFile : `${configFile}, a link to ${target}`
}

/** Finds properties of the file that its replacement does not have. */
function findLosses({ target, owner, names }: Place, wanted: FileOwnership): readonly Finding[] {
  const name = 'configuration file'
  const user = { uid: process.getuid?.() ?? 0, groups: process.getgroups?.() ?? [] }
  const { uid = user.uid, gid = user.groups[0] ?? 0 } = { ...owner, ...wanted }
  const isKept = user.uid === 0 || (uid === user.uid && user.groups.includes(gid))
  const isRefused = wanted.uid !== undefined || wanted.gid !== undefined
  return [
    ...(names > 1
      ? [
          warn(
            name,
            `${target} has ${names} hard links; the others keep their text when the agent replaces the file`,
            'replace them by symbolic links',
          ),
        ]
      : []),
    ...(isKept
      ? []
      : [
          (isRefused ? fail : warn)(
            name,
            isRefused
              ? `the settings give ${target} to user ${uid} and group ${gid}, which user ${user.uid} cannot set`
              : `${target} belongs to user ${uid} and group ${gid}, which user ${user.uid} cannot set: the next file has others`,
            `run the agent as user ${uid} in group ${gid} or as root, or give the file to user ${user.uid}`,
          ),
        ]),
  ]
}

function checkSecret(file: string): Finding {
  if (!may(file, constants.R_OK))
    return fail('secret', `${file} is not readable`, 'give this user read access')
  const mode = statSync(file).mode & 0o777
  return (mode & 0o077) === 0
    ? ok('secret', `only its owner can read ${file}`)
    : warn(
        'secret',
        `other users can open ${file}: expected mode 600, got ${mode.toString(8)}`,
        `chmod 600 ${file}`,
      )
}

function checkStateFolder(folder: string): Finding {
  if (!existsSync(folder)) {
    const parent = dirname(folder)
    return may(parent, constants.W_OK | constants.X_OK)
      ? ok('state folder', `${folder} will be created`)
      : fail(
          'state folder',
          `${folder} cannot be created`,
          `create it, or give this user write access to ${parent}`,
        )
  }
  return may(folder, constants.W_OK | constants.X_OK)
    ? ok('state folder', `${folder} is writable`)
    : fail('state folder', `${folder} is not writable`, 'give this user write access')
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}
