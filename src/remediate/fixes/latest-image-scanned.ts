import { isFinished, scansOf } from '../../controls/scans.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import type { Fix } from '../fix.ts'

/** A scan is an event and no setting: there is nothing to put back, so it is no step. */
export const latestImageScanned: Fix = {
  control: 'latest-image-scanned',
  propose: ({ inventory, findings, draft }) => {
    for (const { resource, repository } of findings) {
      draft.byHand({
        resource,
        why: 'Start the scans that are missing; with a rule of scanning-effective the next push is scanned by itself.',
        instructions: instructionsFor(repository ?? '', inventory),
      })
    }
  },
}

function instructionsFor(name: string, inventory: Inventory): string[] {
  const { repositories, scanning, registry } = inventory
  const repository = 'ok' in repositories ? repositories.ok.find((one) => one.name === name) : undefined
  // Whatever cannot be scanned at all is refused by the command, and says why.
  const open = repository ? scansOf(repository, inventory).scans.filter((scan) => !isFinished(scan)) : []
  if ('ok' in scanning && scanning.ok.scanType === 'ENHANCED')
    return [
      'Enhanced scanning starts no scan on demand: push the image again under a rule that covers the repository.',
      ...open.map(({ digest, status }) => `${digest} is ${status}.`),
    ]
  return open.map(
    ({ digest }) =>
      `aws ecr start-image-scan --region ${registry.region} --repository-name ${name} --image-id imageDigest=${digest}`,
  )
}
