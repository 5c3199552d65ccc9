import type { Metric } from '../../cloudwatch/state.ts'
import { type Repository, registryOf } from '../../world.ts'
import { daysAgo, type Place } from './place.ts'

const minute = 60 * 1000
const day = 24 * 60 * minute

/**
 * What CloudWatch would have counted (ecr-facts 5.4): per repository, with a point wherever an image's last pull
 * is, and before it one every third day back to its push, as far as the metric is kept.
 */
export function pullCountsOf(place: Place): Metric[] {
  const { repositories } = registryOf(place.world, place.account.id, place.region)
  return Object.values(repositories).flatMap((repository) => {
    const points = pullsOf(repository, daysAgo(place, 455))
    if (points.length === 0) return []
    return {
      Namespace: 'AWS/ECR',
      MetricName: 'RepositoryPullCount',
      Dimensions: [{ Name: 'RepositoryName', Value: repository.name }],
      points,
    }
  })
}

function pullsOf({ images }: Repository, oldest: number): [number, number][] {
  const sums = new Map<number, number>()
  for (const { lastPull, pushedAt } of Object.values(images)) {
    if (lastPull === undefined) continue
    for (let time = lastPull; time > Math.max(pushedAt, oldest); time -= 3 * day) {
      const at = Math.floor(time / minute) * minute
      sums.set(at, (sums.get(at) ?? 0) + 1)
    }
  }
  return [...sums].sort(([a], [b]) => a - b)
}
