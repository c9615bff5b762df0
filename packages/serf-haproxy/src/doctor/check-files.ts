import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { checkConfiguration } from 'haproxy-config-text'
import type { Configuration } from '../configuration/schema.js'
import { fail, ok, warn, type Finding } from './finding.js'

/** Checks that the agent can use its files, and that other users cannot read its secrets. */
export async function checkFiles(
  { haproxy, serf, tokenFile, stateFolder }: Configuration,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const secrets = [
    ...(serf.authKeyFile === undefined ? [] : [serf.authKeyFile]),
    ...(tokenFile === undefined ? [] : [tokenFile]),
  ]
  return [
    ...(await checkConfigFile(haproxy, signal)),
    ...secrets.map(checkSecret),
    checkStateFolder(stateFolder),
  ]
}

async function checkConfigFile(
  { configFile, binary }: Configuration['haproxy'],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const folder = dirname(configFile)
  const name = 'configuration file'
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
  const result = await checkConfiguration(text, { binary, configFile, signal })
  return [
    result.ok
      ? ok(name, `HAProxy accepts ${configFile}`)
      : fail(
          name,
          `HAProxy rejects ${configFile}: ${result.problems[0]?.message ?? result.report}`,
          'start `serf-haproxy run`, which writes a valid file; until then a restart of HAProxy fails',
        ),
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
