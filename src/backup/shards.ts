import { createHash } from 'node:crypto'
import type { Shard, ShardEntry } from '../vault/format.ts'
import type { Job } from './job.ts'

/** A shard of this many repositories is about 75 KB of text: one changed repository writes no more than that. */
const repositoriesPerShard = 512
const mostShards = 4096

/** Spreads the repositories by the hash of their names, writes the shards, and answers their names in order. */
export async function writeShards(job: Job, entries: Map<string, ShardEntry>): Promise<string[]> {
  const written: string[] = []
  for (const repositories of buckets(entries)) {
    const shard: Shard = { schema: 'holdfast.shard/1', repositories }
    const name = job.vault.shards.nameOf(shard)
    if (!job.previous.shards.has(name)) await job.orStop(job.vault.shards.write(shard, job.run.signal))
    written.push(name)
  }
  return written
}

function buckets(entries: Map<string, ShardEntry>): Record<string, ShardEntry>[] {
  const count = shardCount(entries.size)
  const lists = new Map<number, [string, ShardEntry][]>()
  for (const entry of entries) {
    const bucket = createHash('sha256').update(entry[0]).digest().readUInt16BE(0) % count
    const list = lists.get(bucket)
    if (list) list.push(entry)
    else lists.set(bucket, [entry])
  }
  return [...lists].sort(([a], [b]) => a - b).map(([, list]) => Object.fromEntries(list))
}

/** A power of two, so that a growing registry splits shards and does not shuffle them. */
function shardCount(repositories: number): number {
  let count = 1
  while (count < mostShards && repositories / count > repositoriesPerShard) count *= 2
  return count
}
