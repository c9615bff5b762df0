// Loaded into each test process by tap.yaml, after tap's own loader. The programs
// that a test starts run as they do for a user: tap would load into each of them
// what records coverage, which nothing reads, for half a second of processor time.
// Nor do they need what `npm test` loads into the tests.
import processOnSpawn from 'process-on-spawn'

// lerna asks for colours on its own behalf; a program in a pipe has none.
delete process.env.FORCE_COLOR

const ofTests =
  /"[^"]*(@tapjs\/processinfo|scripts\/compiled-tests)[^"]*"|\S*(@tapjs\/processinfo|scripts\/compiled-tests)\S*/g

processOnSpawn.addListener(child => {
  const { NODE_OPTIONS = '', ...env } = child.env
  const rest = NODE_OPTIONS.replaceAll(ofTests, '').trim()
  child.env = rest === '' ? env : { ...env, NODE_OPTIONS: rest }
})
