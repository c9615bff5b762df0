// Loaded by npm test into each test process before tap's own loaders. All tests are
// compiled, and nothing reads their coverage: what tap loads for both takes three
// quarters of the processor time of a short test.
const nodeModule = require('node:module')

// Without this, tap loads TypeScript. Its own setting for that needs Node 22.
process.env.TAP_TYPE_STRIP_ONLY = '1'
// A loader runs in a thread of its own. No test replaces a module, so none is needed.
nodeModule.register = () => undefined
nodeModule.syncBuiltinESMExports()
