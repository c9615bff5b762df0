import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { ContainerCli } from './container-cli.js'
import { complaintIn, execute, tryToExecute } from './execute.js'
import { debian } from './image-names.js'
import { ImageError } from './image-error.js'

/** The name that every engine resolves `debian:trixie-slim` to. */
const fullName = `docker.io/library/${debian}`

/** Origin of Debian's image. */
export type DebianOrigin = 'present' | 'pulled' | 'mmdebstrap'

/** Folders that the slim image of the registry leaves out, too. */
const leftOut = ['doc', 'info', 'linda', 'lintian', 'locale', 'man'].map(
  folder => `--dpkgopt=path-exclude=/usr/share/${folder}/*`,
)

/** A package that cannot be fetched is tried again three times. */
const retries = '--aptopt=Acquire::Retries "3"'

/**
 * Provides Debian's image: the one that is present, the registry's, or, where no
 * registry answers, one made from Debian's signed packages.
 *
 * @throws ImageError where none of these is available.
 */
export async function ensureDebian(
  engine: ContainerCli,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<DebianOrigin> {
  const there = await engine.attempt([...inspect(engine), fullName], options)
  if (there.code === 0) return 'present'
  const pulled = await engine.attempt(['pull', fullName], { ...options, timeoutMs: 120_000 })
  if (pulled.code === 0) return 'pulled'
  const hasTool = (await tryToExecute(['mmdebstrap', '--version'])).code === 0
  if (!hasTool) {
    throw new ImageError(
      `${debian} cannot be pulled (${complaintIn(pulled.stderr)}), nor made here: mmdebstrap is not found; install it with: sudo apt-get install -y mmdebstrap`,
    )
  }
  const folder = await mkdtemp(join(tmpdir(), 'lab-debian-'))
  try {
    const archive = join(folder, 'debian.tar')
    await makeArchive(archive, options)
    await importArchive(engine, archive, options)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return 'mmdebstrap'
}

/** Makes the archive; a failed download is tried again from the start, since apt does not retry each kind. */
async function makeArchive(archive: string, options: { signal?: AbortSignal | undefined }) {
  const command = ['mmdebstrap', '--quiet', '--variant=minbase', retries, ...leftOut, 'trixie']
  for (const pauseMs of [2000, 8000]) {
    try {
      await execute([...command, archive], options)
      return
    } catch (error) {
      if (options.signal?.aborted) throw error
      process.stderr.write(`${(error as Error).message}; mmdebstrap is tried again …\n`)
      await wait(pauseMs, undefined, options)
      await rm(archive, { force: true })
    }
  }
  await execute([...command, archive], options)
}

function inspect({ name }: ContainerCli): string[] {
  return name === 'buildah' ? ['inspect', '--type', 'image'] : ['image', 'inspect']
}

async function importArchive(
  engine: ContainerCli,
  archive: string,
  options: { signal?: AbortSignal | undefined },
): Promise<void> {
  if (engine.name !== 'buildah') {
    await engine.run(['import', archive, fullName], options)
    return
  }
  const container = (await engine.run(['from', 'scratch'], options)).trim()
  await engine.run(['add', container, archive, '/'], options)
  await engine.run(['config', '--cmd', 'bash', container], options)
  await engine.run(['commit', '--rm', container, fullName], options)
}
