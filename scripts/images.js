// npm run images: sets up what is missing, then becomes the images' own command.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { repository, setUpSources } from './setup.js'

setUpSources()

const command = spawn(
  process.execPath,
  [join(repository, 'images/build/bin/lab-images.js'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
)
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {})
process.on('SIGTERM', () => command.kill('SIGTERM'))
command.on('exit', (code, signal) => process.exit(code ?? (signal ? 128 : 1)))
