import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { packages, repository, type Package } from './packages.js'

/** The packing of `npm run pack`. */
type PackPackages = (out: string) => readonly { name: string; filename: string }[]

/**
 * Packs every package as for npm and installs the tarballs below `folder`,
 * offline: dependencies that are not ours are links to those of the repository.
 */
export async function installPackages(folder: string): Promise<void> {
  const script = pathToFileURL(join(repository, 'scripts/pack.js')).href
  const { packPackages } = (await import(script)) as { packPackages: PackPackages }
  const packed = packPackages(folder)
  const tarballs = new Map(packed.map(({ name, filename }) => [name, filename]))
  for (const { manifest } of packages) {
    const place = join(folder, 'node_modules', manifest.name)
    mkdirSync(place, { recursive: true })
    const tarball = join(folder, tarballs.get(manifest.name) ?? '')
    execFileSync('tar', ['-xzf', tarball, '-C', place, '--strip-components=1'])
  }
  for (const own of packages) linkDependencies(own, join(folder, 'node_modules'))
}

function linkDependencies({ folder, manifest }: Package, modules: string): void {
  const wanted = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  for (const name of wanted.filter(each => !existsSync(join(modules, each)))) {
    const nested = join(folder, 'node_modules', name)
    const found = existsSync(nested) ? nested : join(repository, 'node_modules', name)
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(found, join(modules, name))
  }
}
