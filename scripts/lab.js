// npm run lab: sets up what is missing, then becomes the lab's own command.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { installPrograms, repository, setUp } from './setup.js'

setUp()
// Only the tasks take pictures.
if (process.argv[2] === 'task') installPrograms({ chromium: 'chromium' })

const lab = spawn(
  process.execPath,
  [join(repository, 'examples/lab-tasks/bin/lab-tasks.js'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
)
// Ctrl-C goes to the whole terminal: the lab ends itself, and this waits for it.
// A signal to this process alone is passed on.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {})
process.on('SIGTERM', () => lab.kill('SIGTERM'))
lab.on('exit', (code, signal) => process.exit(code ?? (signal ? 128 : 1)))
