import { pathTable } from '../neighbour/known.ts'

/** Where every operation of the API is, also of those that the sandbox does not have. */
export const knownPaths = pathTable(`
  POST /schedules/{Name} CreateSchedule
  POST /schedule-groups/{Name} CreateScheduleGroup
  DELETE /schedules/{Name} DeleteSchedule
  DELETE /schedule-groups/{Name} DeleteScheduleGroup
  GET /schedules/{Name} GetSchedule
  GET /schedule-groups/{Name} GetScheduleGroup
  GET /schedule-groups ListScheduleGroups
  GET /schedules ListSchedules
  GET /tags/{ResourceArn} ListTagsForResource
  POST /tags/{ResourceArn} TagResource
  DELETE /tags/{ResourceArn} UntagResource
  PUT /schedules/{Name} UpdateSchedule
`)
