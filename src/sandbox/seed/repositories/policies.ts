/** The actions that a pull needs (ecr-facts 6.5). */
export const pullActions = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:GetDownloadUrlForLayer',
]

/** What a push needs on top. */
export const pushActions = [
  'ecr:CompleteLayerUpload',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
]

export function allow(sid: string, principal: unknown, actions: readonly string[]) {
  return {
    Version: '2012-10-17',
    Statement: [{ Sid: sid, Effect: 'Allow', Principal: principal, Action: actions }],
  }
}

export function accountRoot(account: string) {
  return { AWS: `arn:aws:iam::${account}:root` }
}

export function expireUntagged(days: number) {
  return {
    rules: [
      {
        rulePriority: 1,
        description: `Untagged images go after ${days} days`,
        selection: {
          tagStatus: 'untagged',
          countType: 'sinceImagePushed',
          countUnit: 'days',
          countNumber: days,
        },
        action: { type: 'expire' },
      },
    ],
  }
}

export function keepNewest(count: number, tagPattern: string) {
  return {
    rules: [
      {
        rulePriority: 1,
        description: `Keep the newest ${count} images tagged ${tagPattern}`,
        selection: {
          tagStatus: 'tagged',
          tagPatternList: [tagPattern],
          countType: 'imageCountMoreThan',
          countNumber: count,
        },
        action: { type: 'expire' },
      },
    ],
  }
}
