import type { World } from '../../world.ts'
import { placeIn } from '../neighbours/place.ts'
import { plantDemoHistory } from './history.ts'
import { demoBatch, demoModels } from './jobs.ts'
import { demoOrganization, demoPublicRepositories } from './organization.ts'
import { demoAppRunner, demoFunctions, demoTasks } from './running.ts'
import { demoEvents, demoLogs, demoMetrics, demoSchedules, demoTrails } from './watching.ts'

const main = '111122223333'
const partner = '444455556666'

/** What surrounds the demo's registry: mostly wrong, as one finds it. Comes after the registries: it names images. */
export function plantDemoNeighbours(world: World): void {
  const home = placeIn(world, main, 'eu-west-1')
  if (!home) return
  const { account, region } = home
  account.cloudtrail = { [region]: demoTrails(home) }
  account.logs = { [region]: demoLogs(home) }
  account.cloudwatch = { [region]: demoMetrics(home) }
  account.events = { [region]: demoEvents(home) }
  account.scheduler = { [region]: demoSchedules(home) }
  account.ecs = { [region]: demoTasks(home) }
  account.lambda = { [region]: demoFunctions(home) }
  account.apprunner = { [region]: demoAppRunner(home) }
  account.batch = { [region]: demoBatch(home) }
  account.sagemaker = { [region]: demoModels(home) }
  account.organizations = demoOrganization(home, partner)
  account.ecrPublic = demoPublicRepositories(home)
  plantDemoHistory(account, world.now())
}
