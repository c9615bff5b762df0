// The versions of a release: made in a clone, so that nothing of the working
// tree changes before the upload.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inPublishOrder } from './publish-order.js'
import { releasedChangeLog } from './change-log.js'
import { branch, remote } from './preconditions.js'
import { git, lastLine } from './run.js'

/**
 * Clones a repository, and commits and tags the next release in the clone.
 *
 * @returns the packages to release: name, version, folder and manifest, in the
 *   order of their upload; the date; and the commit's tags
 */
export function commitRelease(repository, clone) {
  git(repository, 'clone', '--quiet', '--branch', branch, repository, clone)
  const [name, address] = git(repository, 'var', 'GIT_COMMITTER_IDENT').split(/ <|> /)
  git(clone, 'config', 'user.name', name)
  git(clone, 'config', 'user.email', address)
  // The date of the released commit: a release that is begun again is the same one.
  const seconds = Number(git(clone, 'log', '-1', '--format=%ct'))
  const date = new Date(1000 * seconds).toISOString().slice(0, 10)
  const tags = new Set(git(clone, 'tag').split('\n'))
  if (publishedPackages(clone).some(({ tag }) => tags.has(tag))) raiseVersions(repository, clone)
  const packages = inPublishOrder(publishedPackages(clone).filter(({ tag }) => !tags.has(tag)))
  for (const { folder, version } of packages) {
    const file = join(clone, folder, 'CHANGELOG.md')
    writeFileSync(file, releasedChangeLog(readFileSync(file, 'utf8'), { version, date }))
  }
  if (packages.length > 0) commit(clone, packages)
  return { packages, date }
}

/** Takes the commit and the tags of a released clone over, and pushes them. */
export function pushRelease(repository, clone, packages) {
  const tags = packages.map(({ tag }) => `refs/tags/${tag}`)
  git(repository, 'fetch', '--quiet', clone, branch, ...tags.map(tag => `${tag}:${tag}`))
  git(repository, 'merge', '--quiet', '--ff-only', git(clone, 'rev-parse', 'HEAD'))
  git(repository, 'push', '--quiet', '--atomic', remote, branch, ...tags)
}

/** Has lerna set the versions that the conventional commits since the last tags ask for. */
function raiseVersions(repository, clone) {
  symlinkSync(join(repository, 'node_modules'), join(clone, 'node_modules'))
  writeFileSync(join(clone, '.git/info/exclude'), 'node_modules\n')
  // Change logs are text for people: lerna would add a second one from the commits.
  const flags = ['--no-changelog', '--no-git-tag-version', '--no-push', '--yes']
  const lerna = join(repository, 'node_modules/lerna/dist/cli.js')
  const args = [lerna, 'version', '--conventional-commits', ...flags, '--loglevel', 'error']
  try {
    execFileSync(process.execPath, args, { cwd: clone, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    throw new Error(`lerna version failed: ${lastLine(error)}`, { cause: error })
  }
}

function commit(clone, packages) {
  const changed = git(clone, 'status', '--porcelain').split('\n').filter(Boolean)
  const names = packages.map(({ tag }) => `- ${tag}`).join('\n')
  if (changed.length > 0)
    git(clone, 'commit', '--quiet', '--all', '-m', 'chore(release): publish', '-m', names)
  // lerna finds only tags that have an author and a date of their own.
  for (const { tag } of packages) git(clone, 'tag', '--annotate', '-m', tag, tag)
}

/** Reads the packages of a working tree that are published. */
function publishedPackages(tree) {
  return readdirSync(join(tree, 'packages')).map(folder => {
    const file = join(tree, 'packages', folder, 'package.json')
    const manifest = JSON.parse(readFileSync(file, 'utf8'))
    const { name, version } = manifest
    return { name, version, tag: `${name}@${version}`, folder: `packages/${folder}`, manifest }
  })
}
