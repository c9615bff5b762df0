import { createServer } from 'node:http'

// Web servers, as a process in the network of its test: each of the given addresses answers with itself at port 3000.

for (const address of process.argv.slice(2))
  createServer((_, response) => response.end(address)).listen(3000, address)
