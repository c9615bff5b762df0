import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContainerEngine } from './container-engine.js'
import { sourcesHash, stageContexts } from './contexts.js'
import { ensureDebian, type DebianOrigin } from './debian-base.js'
import { images, sourcesLabel, tagOf, type ImageName } from './image-names.js'

/** How images are built. */
export interface BuildOptions {
  readonly repository: string
  /** Takes nothing from what earlier builds have left. */
  readonly isCold?: boolean
  readonly signal?: AbortSignal | undefined
  /** Told of each step as it begins. */
  readonly onStep?: (step: string) => void
}

/** What a build did, and how long each step of it was; ms. */
export interface Built {
  readonly debian: DebianOrigin
  readonly steps: Readonly<Record<'debian' | 'contexts' | ImageName, number>>
  readonly totalMs: number
}

/**
 * Builds every image, one after the other.
 *
 * @throws ImageError with the engine's complaint, where a step fails.
 */
export async function buildImages(engine: ContainerEngine, options: BuildOptions): Promise<Built> {
  // Inside the repository, where no stranger can put a file into it; builds may run side by side.
  const folder = await mkdtemp(join(options.repository, 'node_modules', '.images-'))
  try {
    return await buildIn(folder, engine, options)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function buildIn(
  folder: string,
  engine: ContainerEngine,
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

/** Whether the images that are there were built from the repository as it is. */
export async function areCurrent(engine: ContainerEngine, repository: string): Promise<boolean> {
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

function build({ name }: ContainerEngine, isCold: boolean): string[] {
  return [
    'build',
    ...(isCold ? ['--no-cache'] : []),
    // Only Docker's own format has a place for HEALTHCHECK.
    ...(name === 'docker' ? [] : ['--format', 'docker']),
    ...(name === 'buildah' ? ['--layers'] : []),
  ]
}
