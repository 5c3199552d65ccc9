import { apiCall, type Place, type Sample } from '../../events/samples.ts'

/** What happens all day: a rule or a filter that takes these would bury people in mails. */
export function harmless(place: Place): Sample[] {
  const push = apiCall(place, 'a push', { name: 'PutImage' })
  const detail = {
    result: 'SUCCESS',
    'repository-name': 'team/app',
    'action-type': 'PUSH',
    'image-tag': 'v1',
  }
  const [sent] = push.events
  const event = { ...sent, source: 'aws.ecr', 'detail-type': 'ECR Image Action', detail }
  return [
    { ...push, events: [...push.events, event] },
    apiCall(place, 'a pull', { name: 'BatchGetImage' }),
    apiCall(place, 'a login', { name: 'GetAuthorizationToken' }),
  ]
}
