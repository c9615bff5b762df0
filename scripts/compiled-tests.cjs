// Loaded by npm test into each test process before tap's own loaders. All tests are
// compiled: without this, tap loads TypeScript into each, for half of the processor
// time that a short test takes. Its own setting for that needs Node 22.
process.env.TAP_TYPE_STRIP_ONLY = '1'
