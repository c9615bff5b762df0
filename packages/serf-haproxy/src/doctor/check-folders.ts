import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { nameOfAccount } from '../configuration/account-names.js'
import type { Configuration } from '../configuration/schema.js'
import { readLock } from '../haproxy/lock-file.js'
import { foreignControl, isOpenToAll, sharedMode } from '../storage/private-folder.js'
import { readSavedFile } from '../storage/saved-state.js'
import { asideNames } from '../storage/set-aside.js'
import { fail, ok, warn, type Finding } from './finding.js'
import { haproxyUser } from './haproxy-user.js'

/** Checks owners and modes of the agent's folders, and the files that an earlier agent left. */
export async function checkFolders({
  stateFolder,
  haproxy: { configFile, runtimeSocket },
}: Configuration): Promise<readonly Finding[]> {
  const own = [stateFolder, join(stateFolder, 'generations')].filter(each => existsSync(each))
  const [folder, sockets] = [dirname(configFile), dirname(runtimeSocket)]
  return [
    ...own.map(checkOwnFolder),
    ...(existsSync(folder) ? checkSharedFolder(folder) : []),
    ...(sockets !== folder && existsSync(sockets) ? checkSocketFolder(sockets, configFile) : []),
    ...checkSaved(stateFolder),
    ...checkLock(`${configFile}.lock`),
  ]
}

function checkOwnFolder(folder: string): Finding {
  const problem = foreignControl(folder)
  if (problem) return fail('folder', `${folder}: ${problem.text}`, problem.remedy)
  const mode = sharedMode(folder)
  if (mode === undefined) return ok('folder', `only its owner can write ${folder}`)
  const text = `other users can replace the files of ${folder}: expected mode 700, got ${mode}`
  return warn('folder', text, `chmod 700 ${folder}; the agent does so when it starts`)
}

/** The folders of HAProxy's file and sockets belong to the system, and are not repaired. */
function checkSharedFolder(folder: string): readonly Finding[] {
  if (isOpenToAll(folder))
    return [fail('folder', `every user can replace the files of ${folder}`, `chmod o-w ${folder}`)]
  const problem = foreignControl(folder)
  return problem ? [warn('folder', `${folder}: ${problem.text}`, problem.remedy)] : []
}

/** The folder of the sockets belongs to HAProxy's user where HAProxy makes it so, as on Debian. */
function checkSocketFolder(folder: string, configFile: string): readonly Finding[] {
  if (isOpenToAll(folder)) return checkSharedFolder(folder)
  const problem = foreignControl(folder)
  if (!problem) return []
  const { uid } = statSync(folder)
  const owner = nameOfAccount('user', uid)
  if (uid === haproxyUser(configFile))
    return [ok('folder', `${folder} belongs to ${owner}, the user of HAProxy’s workers`)]
  const remedy = `give it to root, or to the user that ${configFile} names in its global section`
  return [warn('folder', `${folder}: ${problem.text}`, remedy)]
}

function checkSaved(folder: string): readonly Finding[] {
  if (!existsSync(folder)) return []
  const found = readSavedFile(join(folder, 'memory.json'))
  if (found.kind === 'unreadable') {
    const text = `memory.json cannot be read (${found.why}): the agent starts frozen`
    return [warn('state folder', text, 'see what it should be, then `serf-haproxy thaw`')]
  }
  const kept = asideNames('memory.json', readdirSync(folder))
  if (kept.length === 0) return []
  const text = `${folder} keeps files that could not be read: ${kept.join(', ')}`
  return [warn('state folder', text, 'look at them, then remove them')]
}

function checkLock(path: string): readonly Finding[] {
  const found = readLock(path)
  if (found.kind === 'unknown')
    return [fail('lock', `expected ${path} to be a lock, got ${found.what}`, found.remedy)]
  if (found.kind === 'stale')
    return [warn('lock', `${path} is stale: ${found.why}`, 'start the agent, which replaces it')]
  return []
}
