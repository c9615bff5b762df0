import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withLock } from './build-lock.js'
import type { ContainerCli } from './container-cli.js'
import { sourcesHash, stageContexts } from './contexts.js'
import { ensureDebian, type DebianOrigin } from './debian-base.js'
import { images, sourcesLabel, tagOf, type ImageName } from './image-names.js'

/** Options of {@link buildImages}. */
export interface BuildOptions {
  readonly repository: string
  /** Takes nothing from the cache of earlier builds. */
  readonly isCold?: boolean
  readonly signal?: AbortSignal | undefined
  /** Called with the title of each step before it starts, and where another build is waited for. */
  readonly onStep?: (step: string) => void
}

/** The result of a build, and the duration of each step; ms. */
export interface Built {
  readonly debian: DebianOrigin
  readonly steps: Readonly<Record<'debian' | 'contexts' | ImageName, number>>
  readonly totalMs: number
}

/**
 * Builds every image, one after the other. Builds of one user on one machine
 * take turns: each image begins with the one before it, under a tag that all
 * builds share.
 *
 * @throws ImageError with the engine's message, where a step fails.
 */
export function buildImages(engine: ContainerCli, options: BuildOptions): Promise<Built> {
  return inTurn(options, () => buildAll(engine, options))
}

/**
 * Builds the images unless those present were built from these sources.
 *
 * @returns undefined where nothing had to be built, for example because another
 * process has built the same while this one waited
 * @throws ImageError with the engine's message, where a step fails.
 */
export async function ensureImages(
  engine: ContainerCli,
  options: BuildOptions,
): Promise<Built | undefined> {
  if (await areCurrent(engine, options.repository)) return undefined
  return inTurn(options, async () =>
    (await areCurrent(engine, options.repository)) ? undefined : buildAll(engine, options),
  )
}

function inTurn<T>({ signal, onStep }: BuildOptions, act: () => Promise<T>): Promise<T> {
  const file = join(tmpdir(), `serf-haproxy-images-${process.getuid?.() ?? 'user'}.lock`)
  const onWait = (holder: number) =>
    onStep?.(`waiting for the build of process ${holder} to end (${file})`)
  return withLock(file, { signal, onWait }, act)
}

async function buildAll(engine: ContainerCli, options: BuildOptions): Promise<Built> {
  // In the repository, where other users cannot put a file into it.
  const folder = await mkdtemp(join(options.repository, 'node_modules', '.images-'))
  try {
    return await buildIn(folder, engine, options)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function buildIn(
  folder: string,
  engine: ContainerCli,
  { repository, isCold = false, signal, onStep = () => {} }: BuildOptions,
): Promise<Built> {
  const startedAt = performance.now()
  const steps: Record<string, number> = {}
  const step = async <T>(name: string, title: string, act: () => Promise<T>): Promise<T> => {
    onStep(title)
    const since = performance.now()
    const result = await act()
    steps[name] = performance.now() - since
    return result
  }
  const debian = await step('debian', "Debian's image", () => ensureDebian(engine, { signal }))
  const sources = await sourcesHash(repository)
  await step('contexts', 'what goes into the images', () =>
    stageContexts(repository, folder, { signal }),
  )
  for (const image of images) {
    const label = `${sourcesLabel}=${sources}`
    await step(image, tagOf(image), () =>
      engine.run(
        [...build(engine, isCold), '--label', label, '-t', tagOf(image), join(folder, image)],
        { signal },
      ),
    )
  }
  return { debian, steps: steps as Built['steps'], totalMs: performance.now() - startedAt }
}

/** Returns whether all images present were built from the repository's present sources. */
async function areCurrent(engine: ContainerCli, repository: string): Promise<boolean> {
  const sources = await sourcesHash(repository)
  const format = `{{index .Config.Labels "${sourcesLabel}"}}`
  const { code, stdout } = await engine.attempt([
    'image',
    'inspect',
    '--format',
    format,
    ...images.map(tagOf),
  ])
  return (
    code === 0 &&
    stdout
      .trim()
      .split('\n')
      .every(label => label === sources)
  )
}

function build({ name }: ContainerCli, isCold: boolean): string[] {
  return [
    'build',
    ...(isCold ? ['--no-cache'] : []),
    // Only Docker's own format has a place for HEALTHCHECK.
    ...(name === 'docker' ? [] : ['--format', 'docker']),
    ...(name === 'buildah' ? ['--layers'] : []),
  ]
}
