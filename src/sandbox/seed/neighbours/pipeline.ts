import { allow, home, main } from './identity.ts'

/** What a pipeline needs to push to the repositories of one team, and nothing else. */
export function pushTo(prefix: string, region = home) {
  const repositories = `arn:aws:ecr:${region}:${main}:repository/${prefix}/*`
  return [
    allow('ecr:GetAuthorizationToken'),
    allow(
      [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:CompleteLayerUpload',
        'ecr:DescribeImages',
        'ecr:GetDownloadUrlForLayer',
        'ecr:InitiateLayerUpload',
        'ecr:PutImage',
        'ecr:UploadLayerPart',
      ],
      repositories,
    ),
  ]
}
