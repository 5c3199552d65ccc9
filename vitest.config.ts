import { defineConfig } from 'vitest/config'

// Three projects: `fast` needs nothing but Node and is what `npm test` runs. `.ci/run` adds `proof`, the long searches
// for a crash, a fault or an order of events that loses something, and `real`, which needs real servers
// (docker-registry, Ceph RGW, skopeo, AWS CLI ...).
export default defineConfig({
  cacheDir: '.cache/vitest',
  test: {
    // More than the two cores of a small machine: much of a test is waiting for a server that it started.
    maxWorkers: 4,
    reporters: ['default', './test/support/plain-line-reporter.ts'],
    projects: [
      { test: { name: 'fast', include: ['src/**/*.test.ts', 'test/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'proof', include: ['test/{proof,sim}/**/*.test.ts'], testTimeout: 900_000 } },
      {
        test: {
          name: 'real',
          include: ['test/real/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
