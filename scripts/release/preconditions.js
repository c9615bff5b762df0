// What has to be true before a release begins.
import { git, gitSucceeds } from './run.js'

/** The branch that is released. */
export const branch = 'main'

/** The name of the remote that gets the commit and the tags of a release. */
export const remote = 'origin'

/**
 * Checks that a folder of git is the clean branch.
 *
 * @throws Error with the remedy
 */
export function requireCleanBranch(folder) {
  const current = gitSucceeds(folder, 'symbolic-ref', '-q', 'HEAD')
    ? git(folder, 'symbolic-ref', '--short', 'HEAD')
    : 'no branch'
  if (current !== branch)
    throw new Error(
      `a release needs the branch ${branch}, got ${current}: run git switch ${branch}`,
    )
  const changed = git(folder, 'status', '--porcelain').split('\n').filter(Boolean)
  if (changed.length > 0)
    throw new Error(
      `a release needs a clean working tree, got ${counted(changed.length, 'change')}, ` +
        `the first is ${changed[0].slice(3)}: commit them, or run git stash --include-untracked`,
    )
  if (!gitSucceeds(folder, 'var', 'GIT_COMMITTER_IDENT'))
    throw new Error(
      'git has no name for the commit of the release: run git config user.name NAME and git config user.email ADDRESS',
    )
}

/**
 * Checks what only a release with upload needs: the owner's address, and a
 * remote that has the released commit.
 *
 * @throws Error with the remedy
 */
export function requireUpload(folder, address) {
  if (new URL(address.replace(/^git\+/, '')).hostname === 'example.org')
    throw new Error(
      `repository.url of package.json is the placeholder ${address}: set the address of your repository there`,
    )
  if (!gitSucceeds(folder, 'remote', 'get-url', remote))
    throw new Error(`git has no remote ${remote}: run git remote add ${remote} ADDRESS`)
  const [known] = git(folder, 'ls-remote', remote, `refs/heads/${branch}`).split('\t')
  const head = git(folder, 'rev-parse', 'HEAD')
  if (known !== head)
    throw new Error(
      `${branch} of ${remote} differs from the commit to release, expected ${head}, ` +
        `got ${known || 'no such branch'}: run git pull --ff-only, and git push --follow-tags`,
    )
}

/** Returns a count with its noun. */
function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
