import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { adoptFiles, type AdoptedUnit } from '../adopt/adopt-files.js'
import type { Adoption } from '../adopt/adoption.js'
import { debianUser, type DebianPlace } from '../adopt/debian-place.js'
import { writeAdopted, type AdoptedFile } from '../adopt/adopted-files.js'
import { checkAdoption, type AdoptionCheck } from '../adopt/check-adoption.js'
import { firstRendering, type FirstRendering } from '../adopt/first-rendering.js'
import { parsePoolRequest, type PoolRequest } from '../verdict/pool-request.js'
import { describeAdoption, adoptionJson } from '../adopt/describe-adoption.js'
import { fail, print, printJson } from './print.js'

interface AdoptFlags {
  readonly f: readonly string[]
  readonly pool: readonly PoolRequest[]
  readonly out: string
  readonly runtimeSocket?: string
  readonly masterSocket?: string
  readonly root: string
  readonly dryRun?: true
  readonly force?: true
  readonly json?: true
}

/** `serf-haproxy adopt`. */
export const adoptCommand = new Command('adopt')
  .description('make a template and a configuration of an existing haproxy.cfg')
  .argument('[file...]', 'files and folders of `haproxy -f`; by default those of haproxy.service')
  .option(
    '-f <file>',
    'the same as an argument, as HAProxy has it; repeatable',
    (file, before: readonly string[]) => [...before, file],
    [],
  )
  .addOption(
    new Option(
      '--pool <backend=role:ROLE,port:PORT>',
      'backend whose servers members replace, such as web=role:web; repeatable',
    )
      .argParser((text, before: readonly PoolRequest[]) => [...before, parsePoolRequest(text)])
      .default([], 'every backend that can be'),
  )
  .option('--out <folder>', 'folder to write to', '.')
  .option('--runtime-socket <path>', 'stats socket with level admin; by default that of the files')
  .option('--master-socket <path>', 'socket of `haproxy -S`; by default that of haproxy.service')
  .option('--root <folder>', 'root of the file system in which haproxy.service is searched', '/')
  .option('--dry-run', 'write nothing')
  .option('--force', 'overwrite files that were edited')
  .option('--json', 'print the result as JSON')
  .action(adopt)

async function adopt(files: readonly string[], flags: AdoptFlags): Promise<void> {
  const { pool: requests, root, runtimeSocket, masterSocket } = flags
  const folder = resolve(flags.out)
  const sockets = { runtimeSocket, masterSocket }
  const adopted = await adoptFiles({
    files: [...flags.f, ...files],
    requests,
    root: resolve(root),
    out: folder,
    ...sockets,
  })
  const rendering = firstRendering(adopted.adoption)
  const check = await checkAdoption(adopted, rendering.text)
  const isRejected = check.kind === 'rejected'
  const dryRun = flags.dryRun === true || isRejected
  const written = writeAdopted(adopted.adoption, { folder, force: flags.force === true, dryRun })
  report({ adopted, rendering, check, written }, flags)
  if (!isRejected) return
  const remedy = check.wasRejected
    ? 'it rejects the file as it was, too: correct it first'
    : 'it accepts the file as it was: report this file, please'
  fail(`HAProxy rejects the first rendering; nothing is written; ${remedy}`, 1)
}

interface Done {
  readonly adopted: AdoptedUnit
  readonly rendering: FirstRendering
  readonly check: AdoptionCheck
  readonly written: readonly AdoptedFile[]
}

function report({ adopted, rendering, check, written }: Done, { dryRun, json }: AdoptFlags): void {
  const { adoption } = adopted
  const isWritten = check.kind !== 'rejected' && !dryRun
  const facts = { adoption, rendering, check }
  if (json) printJson({ ...adoptionJson(facts), written: isWritten, files: written })
  else
    for (const line of [...describeAdoption(facts), ...describeFiles(written, adoption, isWritten)])
      print(line)
}

function describeFiles(
  files: readonly AdoptedFile[],
  { file, place }: Adoption,
  isWritten: boolean,
): string[] {
  const isUnchanged = files.every(({ state }) => state === 'unchanged')
  const [configuration] = files
  if (isUnchanged) return ['', 'Nothing to write: all files have these bytes already']
  const changed = files.filter(({ state }) => state !== 'unchanged').map(({ path }) => path)
  if (!isWritten) return ['', `Nothing is written; these would be: ${changed.join(', ')}`]
  const config = `--config ${configuration?.path}`
  return [
    '',
    `Wrote ${changed.join(', ')}.`,
    '',
    'HAProxy runs on as it is. Look at the pools in the configuration, then:',
    '',
    `  serf-haproxy check --no-members ${config}`,
    ...(place
      ? unitCommands(file.path, place)
      : [`  serf-haproxy run ${config}        # follows the cluster`]),
    `  serf-haproxy status ${config}     # holds the old servers until you accept`,
    `  serf-haproxy accept ${config}     # members replace them`,
    '',
    'The way back, after the end of the agent:',
    '',
    ...(place && place.staysBecause === undefined
      ? [`  rm ${dropIn}`, '  systemctl daemon-reload', '  systemctl restart haproxy']
      : [`  serf-haproxy unadopt --original ${config}`]),
  ]
}

/** The drop-in by which Debian's HAProxy loads the agent's file. */
const dropIn = '/etc/systemd/system/haproxy.service.d/serf-haproxy.conf'

/** Returns the commands by which the units of Debian run HAProxy and the agent. */
function unitCommands(file: string, { configFile, staysBecause }: DebianPlace): string[] {
  const start = '  systemctl enable --now serf-haproxy        # follows the cluster'
  if (staysBecause !== undefined) return [start]
  const examples = '/usr/share/doc/serf-haproxy/examples'
  return [
    `  install -o ${debianUser} -g ${debianUser} -m 640 ${file} ${configFile}`,
    `  install -D -m 644 ${examples}/haproxy-follows-serf-haproxy.conf ${dropIn}`,
    '  systemctl daemon-reload',
    '  systemctl restart haproxy        # with the same configuration, from the agent’s file',
    start,
  ]
}
