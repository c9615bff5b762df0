import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packages, repository } from './packages.js'

/** The end of a program. */
export interface End {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A copy of this repository, as it is on the disk, on a clean `main` with a remote. */
export interface ReleaseCopy {
  readonly folder: string
  readonly address: string
  readonly git: (...args: readonly string[]) => string
  /** Runs `scripts/release.js` of the copy. */
  readonly release: (env: NodeJS.ProcessEnv, ...args: readonly string[]) => Promise<End>
  readonly edit: (path: string, change: (text: string) => string) => void
}

/** Files of the repository that a release reads. */
const wanted = ['packages', 'scripts', 'LICENSE', '.gitignore', '.npmrc']
const manifests = [':(glob)*.json', ':(glob)*/*/package.json']

export function copyRepository(place: string): ReleaseCopy {
  const folder = join(place, 'repository')
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' }).trim()
  const edit: ReleaseCopy['edit'] = (path, change) =>
    writeFileSync(join(folder, path), change(readFileSync(join(folder, path), 'utf8')))
  const address = 'git+https://git.example.net/owner/serf-haproxy.git'
  copyFiles(folder)
  edit('package.json', text => text.replace(/git\+https:[^"]*/, address))
  git('init', '--quiet', '--initial-branch=main')
  writeFileSync(join(folder, '.git/info/exclude'), 'node_modules\n')
  git('config', 'user.name', 'A maintainer')
  git('config', 'user.email', 'maintainer@example.net')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'feat: everything')
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', join(place, 'remote')])
  git('remote', 'add', 'origin', join(place, 'remote'))
  git('push', '--quiet', 'origin', 'main')
  const release: ReleaseCopy['release'] = (env, ...args) =>
    ending(process.execPath, [join(folder, 'scripts/release.js'), ...args], { cwd: folder, env })
  return { folder, address, git, release, edit }
}

/** Runs a program to its end, also to a failed one. */
export function ending(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<End> {
  return new Promise(resolve => {
    execFile(command, args, { ...options, encoding: 'utf8' }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })
}

function copyFiles(folder: string): void {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--']
  const list = execFileSync('git', [...args, ...wanted, ...manifests], {
    cwd: repository,
    encoding: 'utf8',
  })
  const built = packages.flatMap(({ manifest, folder: own }) =>
    manifest.files
      .filter(path => path.startsWith('dist/'))
      .map(path => join(own, path).slice(repository.length)),
  )
  for (const path of [...list.split('\0').filter(Boolean), ...built]) {
    if (!existsSync(join(repository, path))) continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    cpSync(join(repository, path), join(folder, path), {
      recursive: true,
      preserveTimestamps: true,
    })
  }
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'))
}
