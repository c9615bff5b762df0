import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packages, repository, type Package } from './packages.js'

/**
 * Packs every package as for npm and installs the tarballs below `folder`,
 * offline: dependencies that are not ours are links to those of the repository.
 */
export function installPackages(folder: string): void {
  const tarballs = pack(folder)
  for (const { manifest } of packages) {
    const place = join(folder, 'node_modules', manifest.name)
    mkdirSync(place, { recursive: true })
    const tarball = join(folder, tarballs.get(manifest.name) ?? '')
    execFileSync('tar', ['-xzf', tarball, '-C', place, '--strip-components=1'])
  }
  for (const own of packages) linkDependencies(own, join(folder, 'node_modules'))
}

/** Returns the files of the tarballs by package. */
function pack(folder: string): ReadonlyMap<string, string> {
  const npm = process.env['npm_execpath']
  const [command, before] = npm ? [process.execPath, [npm]] : ['npm', []]
  const output = execFileSync(
    command,
    [
      ...before,
      'pack',
      '--json',
      '--silent',
      '--offline',
      '--ignore-scripts',
      `--pack-destination=${folder}`,
      ...packages.map(own => own.folder),
    ],
    { cwd: repository, encoding: 'utf8' },
  )
  const packed = JSON.parse(output) as { name: string; filename: string }[]
  return new Map(packed.map(({ name, filename }) => [name, filename]))
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
