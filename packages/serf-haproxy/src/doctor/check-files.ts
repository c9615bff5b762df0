import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { checkConfiguration } from 'haproxy-config-text'
import type { Configuration } from '../configuration/schema.js'
import { bad, good, look, type Finding } from './finding.js'

/** Whether the agent can do with its files what it has to, and others cannot what they must not. */
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
    const remedy = 'let this user write the folder: the file is replaced, not changed'
    return [bad(name, `${folder} cannot be written`, remedy)]
  }
  if (!existsSync(configFile)) {
    const remedy = '`serf-haproxy run` writes it; HAProxy can be started with it then'
    return [look(name, `${configFile} is not there yet`, remedy)]
  }
  if (!may(configFile, constants.R_OK)) {
    return [bad(name, `${configFile} cannot be read`, 'let this user read it')]
  }
  const text = readFileSync(configFile, 'utf8')
  const result = await checkConfiguration(text, { binary, configFile, signal })
  return [
    result.ok
      ? good(name, `${configFile} is accepted by HAProxy`)
      : bad(
          name,
          `HAProxy refuses ${configFile}: ${result.report.split('\n')[0]}`,
          'a restart of HAProxy would fail; `serf-haproxy run` writes a good one',
        ),
  ]
}

function checkSecret(file: string): Finding {
  if (!may(file, constants.R_OK))
    return bad('secret', `${file} cannot be read`, 'let this user read it')
  const mode = statSync(file).mode & 0o777
  return (mode & 0o077) === 0
    ? good('secret', `${file} is its owner's alone`)
    : look(
        'secret',
        `${file} can be opened by others: mode ${mode.toString(8)}`,
        `chmod 600 ${file}`,
      )
}

function checkStateFolder(folder: string): Finding {
  if (!existsSync(folder)) {
    const parent = dirname(folder)
    return may(parent, constants.W_OK | constants.X_OK)
      ? good('state folder', `${folder} will be made`)
      : bad('state folder', `${folder} cannot be made`, `make it, or let this user write ${parent}`)
  }
  return may(folder, constants.W_OK | constants.X_OK)
    ? good('state folder', `${folder} can be written`)
    : bad('state folder', `${folder} cannot be written`, 'let this user write it')
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}
