import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureImages, findContainerCli, type ContainerCli } from 'lab-images'
import { newKeys, readKeys, writeKeys, type Keys } from 'lab-node'
import type { ContainerPlace } from './container-place.js'
import { labLabel } from './container-run.js'
import { asLabError, keysAreGone, LabError } from '../lab-error.js'
import type { Stage } from '../engine/stage.js'
import { claimFolder, readMark, removeLabFolder } from '../engine/lab-folder.js'
import { repository } from '../repository.js'

/** Programs that can run a lab in containers. */
export type ContainerRunner = 'docker' | 'podman'

/** Returns the folder of a lab's keys, which is mounted into every node. */
export function keysFolder({ folder }: ContainerPlace): string {
  return join(folder, 'keys')
}

/** The keys of a lab that runs. */
export function labKeys(place: ContainerPlace): Promise<Keys> {
  return readKeys(keysFolder(place)).catch((cause: Error) => {
    throw keysAreGone(cause, place.folder)
  })
}

/**
 * Returns the program that runs the lab in this place, or the first one that answers.
 *
 * @throws LabError where none does.
 */
export async function findLabCli(
  place: ContainerPlace,
  wanted?: ContainerRunner,
): Promise<ContainerCli> {
  const used = readMark(place.folder)?.runner
  const names = wanted ? [wanted] : isRunner(used) ? [used] : (['docker', 'podman'] as const)
  return asLabError(findContainerCli(names))
}

/** Returns whether the lab's network exists. */
export async function hasNetwork(engine: ContainerCli, place: ContainerPlace): Promise<boolean> {
  return (await engine.attempt(['network', 'inspect', place.network])).code === 0
}

/** Builds the images unless those present are of these sources. */
export async function requireImages(engine: ContainerCli): Promise<void> {
  await asLabError(ensureImages(engine, { repository, onStep: tell }))
}

function tell(step: string): void {
  process.stderr.write(`Building: ${step} …\n`)
}

/**
 * Creates the lab's folder with new keys, and its network; an error removes
 * both again.
 */
export async function claim(
  engine: ContainerCli,
  place: ContainerPlace,
  stage: Stage,
): Promise<void> {
  await claimFolder(place.folder, {
    // findLabCli returns no other.
    runner: engine.name as ContainerRunner,
    subnet: place.subnet,
    stage: stage.name,
  })
  try {
    await mkdir(keysFolder(place), { recursive: true })
    await writeKeys(keysFolder(place), newKeys())
    await createNetwork(engine, place)
  } catch (error) {
    await removeLabFolder(place.folder)
    throw error
  }
}

async function createNetwork(engine: ContainerCli, place: ContainerPlace): Promise<void> {
  const subnet = `${place.subnet}.0/24`
  const options = ['--subnet', subnet, '--label', `${labLabel}=${place.network}`]
  try {
    await engine.run(['network', 'create', ...options, place.network])
  } catch (cause) {
    throw new LabError(
      `The network ${subnet} cannot be created: ${(cause as Error).message}; list the networks with: ${engine.name} network ls, or give this lab another with --subnet 192.168.43`,
      { cause },
    )
  }
}

function isRunner(name: string | undefined): name is ContainerRunner {
  return name === 'docker' || name === 'podman'
}
