import t from 'tap'
import { completionScript } from '../../src/completion/completion-script.js'
import { shells } from '../../src/completion/shells.js'
import { sampleProgram } from './sample-commands.js'

t.test('every shell has a script for the name of the executable', async t => {
  for (const shell of shells) {
    const script = completionScript(sampleProgram(), shell, 'other-name')
    t.match(script, `# Completion of other-name for ${shell}.`)
    t.notMatch(script, /sample.program/, shell)
  }
})
