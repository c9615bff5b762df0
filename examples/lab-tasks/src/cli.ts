import { runLabCommand } from 'serf-haproxy-lab'
import { addEvidenceCommands } from './evidence-commands.js'

await runLabCommand(addEvidenceCommands)
