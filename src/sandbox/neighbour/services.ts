import { apprunner } from '../apprunner/service.ts'
import { batch } from '../batch/service.ts'
import { cloudtrail } from '../cloudtrail/service.ts'
import { cloudwatch } from '../cloudwatch/service.ts'
import { ecrPublic } from '../ecr-public/service.ts'
import { ecs } from '../ecs/service.ts'
import { events } from '../events/service.ts'
import { lambda } from '../lambda/service.ts'
import { logs } from '../logs/service.ts'
import { organizations } from '../organizations/service.ts'
import { sagemaker } from '../sagemaker/service.ts'
import { scheduler } from '../scheduler/service.ts'
import type { NeighbourService } from './service.ts'

export const neighbours: readonly NeighbourService[] = [
  apprunner,
  batch,
  cloudtrail,
  cloudwatch,
  ecrPublic,
  ecs,
  events,
  lambda,
  logs,
  organizations,
  sagemaker,
  scheduler,
]
