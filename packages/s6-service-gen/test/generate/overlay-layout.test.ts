import t from 'tap'
import { generate } from '../../src/generate/generate.js'
import type { UserBundle } from '../../src/generate/overlay-layout.js'

const plainWeb = { web: { run: 'exec web' } }

function bundlePaths(userBundle?: UserBundle): string[] {
  const options = { layout: 's6-overlay', ...(userBundle ? { userBundle } : {}) } as const
  return [...generate(plainWeb, options).keys()].filter(path => path.includes('/user/'))
}

t.test('the bundle of s6-overlay is where its release looks for it', async t => {
  const [old, recent] = ['s6-rc.d/user/contents.d/web', 'user-bundles.d/user/contents.d/web']
  t.strictSame(bundlePaths(), [old, recent])
  t.strictSame(bundlePaths('both'), [old, recent])
  t.strictSame(bundlePaths('s6-rc.d'), [old])
  t.strictSame(bundlePaths('user-bundles.d'), [recent])
})
