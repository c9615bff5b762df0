#!/usr/bin/env node
import { runLabCommand } from '../dist/src/index.js'

await runLabCommand()
