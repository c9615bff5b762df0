import { copyFile, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execute } from './execute.js'
import { ImageError } from './image-error.js'

/** A package-lock.json, as far as it is read here. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>
}

/** One place in a lock file: a package, or a link to a workspace. */
interface LockEntry {
  readonly version?: string
  readonly integrity?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
}

/** Returns the folders of the workspaces that these need to run, themselves included. */
export function workspaceFolders(lock: Lock, names: readonly string[]): string[] {
  const found = new Set<string>()
  const visit = (name: string) => {
    const link = lock.packages[`node_modules/${name}`]
    if (!link?.link || link.resolved === undefined || found.has(link.resolved)) return
    found.add(link.resolved)
    Object.keys(lock.packages[link.resolved]?.dependencies ?? {}).forEach(visit)
  }
  names.forEach(visit)
  return [...found].toSorted()
}

/** Returns the installed packages that the lock file does not have; `name@version` of each. */
export function notLocked(lock: Lock, installed: Lock): string[] {
  return Object.entries(installed.packages).flatMap(([path, { version, integrity, link }]) => {
    const locked = lock.packages[path]
    if (link || integrity === undefined) return []
    const isSame = locked?.version === version && locked?.integrity === integrity
    return isSame ? [] : [`${path.replace(/^.*node_modules\//, '')}@${version}`]
  })
}

/**
 * Collects in `folder` only the files that these workspaces need to run: their
 * published files, and npm's packages in the locked versions.
 *
 * @throws ImageError where the workspaces are not built, or npm does not
 * follow the lock file.
 */
export async function stageProduction(
  repository: string,
  folder: string,
  names: readonly string[],
  options: { signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const lockFile = join(repository, 'package-lock.json')
  const lock = JSON.parse(await readFile(lockFile, 'utf8')) as Lock
  const workspaces = workspaceFolders(lock, names)
  await mkdir(folder, { recursive: true })
  for (const workspace of workspaces) await copyPublished(repository, folder, workspace)
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'serf-haproxy-production', private: true, workspaces }),
  )
  await copyFile(lockFile, join(folder, 'package-lock.json'))
  await execute(
    [
      ...npm(),
      'install',
      '--omit=dev',
      '--ignore-scripts',
      '--prefer-offline',
      '--fetch-retries=4',
      '--no-audit',
      '--no-fund',
    ],
    { ...options, cwd: folder },
  )
  const installedFile = join(folder, 'node_modules', '.package-lock.json')
  const strangers = notLocked(lock, JSON.parse(await readFile(installedFile, 'utf8')) as Lock)
  if (strangers.length > 0) {
    throw new ImageError(
      `npm installed what package-lock.json does not have: ${strangers.join(', ')}`,
    )
  }
}

/** Copies what npm would publish of a workspace: its package.json, and its `files`. */
export async function copyPublished(
  repository: string,
  folder: string,
  workspace: string,
): Promise<void> {
  const from = join(repository, workspace)
  const to = join(folder, workspace)
  const manifest = JSON.parse(await readFile(join(from, 'package.json'), 'utf8')) as {
    files?: string[]
  }
  await mkdir(to, { recursive: true })
  const named = await Promise.all((manifest.files ?? []).map(entry => published(from, entry)))
  for (const file of ['package.json', ...named.flat()]) {
    await cp(join(from, file), join(to, file), {
      recursive: true,
      // The maps of the bundle stay: its stacks name no sources without them.
      filter: path => !/\.(?:d\.ts|tsbuildinfo)$|\/dist\/src\/.*\.map$/.test(path),
    }).catch((cause: Error) => {
      throw new ImageError(
        `${workspace}/${file} cannot be copied (${cause.message}); build first: npm run build`,
      )
    })
  }
}

function npm(): string[] {
  const { npm_execpath: path } = process.env
  return path === undefined ? ['npm'] : [process.execPath, path]
}

/** Returns an entry of `files` itself, or the files that match `FOLDER/*.END`. */
async function published(from: string, entry: string): Promise<string[]> {
  const [folder = '', end] = entry.split('/*')
  if (end === undefined) return [entry]
  const names = await readdir(join(from, folder))
  return names.filter(name => name.endsWith(end)).map(name => `${folder}/${name}`)
}
