import type { Framework } from './framework.ts'

export const nist800190: Framework = {
  name: 'NIST 800-190',
  title: 'NIST SP 800-190, Application Container Security Guide, section 4',
  requirements: [
    {
      id: '4.1.1',
      title: 'vulnerabilities in images',
      controls: ['scanning-effective', 'latest-image-scanned'],
    },
    {
      id: '4.2.2',
      title: 'stale images in registries',
      controls: ['tag-immutability', 'lifecycle-present', 'untagged-stale', 'repository-unused'],
    },
    {
      id: '4.2.3',
      title: 'authentication and authorization of registries',
      controls: ['repository-policy-public', 'registry-policy-public', 'cross-account-push'],
    },
  ],
}
