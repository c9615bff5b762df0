import { resolve } from 'node:path'
import { containerEngine } from './containers/container-node-engine.js'
import { containerPlaceOn, containerSubnet } from './containers/container-place.js'
import { presentEngine } from './containers/present-engine.js'
import { readMark, type LabMark } from './engine/lab-folder.js'
import type { NodeEngine } from './engine/node-engine.js'
import { placeOn } from './engine/place.js'
import { LabError } from './lab-error.js'
import { processEngine } from './processes/process-engine.js'
import { shellWord } from './shell-word.js'
import type { Stage } from './engine/stage.js'
import { stageNamed } from './engine/stage-named.js'

/** Names for `--engine`: `container` is docker or podman, whichever answers. */
export const engineNames = ['auto', 'process', 'container', 'docker', 'podman'] as const
type LabEngineName = (typeof engineNames)[number]

/** Options of the command line that select a lab. */
export interface LabLocation {
  readonly engine: LabEngineName
  readonly subnet?: string | undefined
  readonly folder?: string | undefined
}

const processSubnet = '127.0.42'

/**
 * Returns the engine of the selected lab. The folder of a lab keeps its engine,
 * its network and its stage, so either option, or none, is enough to find it. Without a
 * lab `auto` follows the subnet; nodes are processes on Linux, and containers
 * elsewhere.
 *
 * @throws LabError where an option contradicts the lab in the folder.
 */
export function chooseEngine(location: LabLocation, wantedStage?: Stage): NodeEngine {
  const { engine, subnet, folder, keptStage } = withKept(location)
  const stage = wantedStage ?? stageNamed(keptStage)
  if (engine === 'process') return processEngine(placeOn(subnet ?? processSubnet, folder), stage)
  const wanted = engine === 'docker' || engine === 'podman' ? engine : undefined
  return containerEngine(containerPlaceOn(subnet ?? containerSubnet, folder), wanted, stage)
}

/**
 * Returns the place of a lab that is made for evidence: containers where an
 * engine answers, so that the evidence is what `docker ps` and `docker inspect`
 * print. Any option, and a lab that runs, takes precedence.
 */
export async function evidencePlace<T extends LabLocation>(
  location: T,
  findEngine = presentEngine,
): Promise<T> {
  const { engine, subnet, folder } = location
  if (engine !== 'auto' || subnet !== undefined || folder !== undefined) return location
  if (hasDefaultLab('process') || hasDefaultLab('container')) return location
  const { cli } = await findEngine()
  return cli === undefined ? location : { ...location, engine: cli.name as LabEngineName }
}

/** Returns the options that lead to the selected lab from another terminal. */
export function optionsFor({ engine, subnet, folder }: LabLocation): string {
  if (folder !== undefined) return ` --folder ${shellWord(folder)}`
  if (subnet !== undefined) return ` --subnet ${subnet}`
  return engine === 'auto' ? '' : ` --engine ${engine}`
}

/** Returns the options that start a lab in the selected place; its folder keeps nothing before that. */
export function startOptionsFor({ engine, subnet, folder }: LabLocation): string {
  return [
    engine === 'auto' ? '' : ` --engine ${engine}`,
    subnet === undefined ? '' : ` --subnet ${subnet}`,
    folder === undefined ? '' : ` --folder ${shellWord(folder)}`,
  ].join('')
}

/** Fills in what the folder of a lab keeps. */
function withKept(
  location: LabLocation,
): LabLocation & { readonly keptStage?: string | undefined } {
  const folder = location.folder === undefined ? undefined : resolve(location.folder)
  const engine = location.engine === 'auto' ? defaultEngine(location.subnet) : location.engine
  const labFolder = folder ?? defaultFolder(engine, location.subnet)
  const mark = readMark(labFolder)
  if (!mark) return { ...location, engine, folder }
  requireSame(location, mark, labFolder)
  return { engine: mark.runner, subnet: mark.subnet, folder: labFolder, keptStage: mark.stage }
}

function defaultEngine(subnet: string | undefined): 'process' | 'container' {
  if (subnet !== undefined) return subnet.startsWith('127.') ? 'process' : 'container'
  if (process.platform !== 'linux') return 'container'
  const isElsewhere = !hasDefaultLab('process') && hasDefaultLab('container')
  return isElsewhere ? 'container' : 'process'
}

function hasDefaultLab(engine: LabEngineName): boolean {
  return readMark(defaultFolder(engine)) !== undefined
}

function defaultFolder(engine: LabEngineName, subnet?: string): string {
  return engine === 'process'
    ? placeOn(subnet ?? processSubnet).folder
    : containerPlaceOn(subnet ?? containerSubnet).folder
}

/** Throws where an option says something else than the lab's folder. */
function requireSame({ engine, subnet }: LabLocation, kept: LabMark, folder: string): void {
  const isSameEngine =
    engine === 'auto' ||
    engine === kept.runner ||
    (engine === 'container' && kept.runner !== 'process')
  if (!isSameEngine) throw contradiction('--engine', kept.runner, engine, folder)
  if (subnet !== undefined && subnet !== kept.subnet) {
    throw contradiction('--subnet', kept.subnet, subnet, folder)
  }
}

function contradiction(option: string, wanted: string, found: string, folder: string): LabError {
  return new LabError(
    `${option}: expected ${wanted}, as the lab in ${folder} has it, got ${found}; leave the option out, name another --folder, or end that lab with: npm run lab -- down --folder ${shellWord(folder)}`,
  )
}
