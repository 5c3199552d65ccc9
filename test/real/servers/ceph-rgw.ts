import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { program } from '../programs.ts'
import { freePort, startServer, untilAnswers } from './child.ts'

export interface CephRgw {
  endpoint: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
  stop(): Promise<void>
}

/**
 * Ceph's S3 gateway with one monitor and one object server that keeps its data in memory, all on 127.0.0.1.
 * Needs root or the user ceph.
 */
export async function startCephRgw(): Promise<CephRgw> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-ceph-'))
  for (const name of ['mon', 'osd', 'run', 'log', 'rgw']) mkdirSync(join(folder, name))
  const port = await freePort()
  const monitor = `[v2:127.0.0.1:${await freePort()},v1:127.0.0.1:${await freePort()}]`
  const clusterId = randomUUID()
  const conf = join(folder, 'ceph.conf')
  writeFileSync(conf, settings(folder, { port, monitor, clusterId }))
  const ceph = (name: string, ...args: string[]) =>
    execFileSync(program(name), args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    startCluster(ceph, { conf, monitor, clusterId })
    // In the foreground, so that it is a child whose output is at hand.
    const gateway = startServer(program('radosgw'), ['-c', conf, '-n', 'client.rgw', '-f'], { cwd: folder })
    const stop = async () => {
      await gateway.stop()
      await stopCluster(folder)
    }
    const endpoint = `http://127.0.0.1:${port}`
    try {
      await untilAnswers(endpoint, gateway, 90)
      const credentials = { accessKeyId: 'HOLDFASTTEST', secretAccessKey: randomUUID() }
      const keys = [`--access-key=${credentials.accessKeyId}`, `--secret-key=${credentials.secretAccessKey}`]
      ceph('radosgw-admin', '-c', conf, 'user', 'create', '--uid=test', '--display-name=test', ...keys)
      return { endpoint, region: 'us-east-1', credentials, stop }
    } catch (error) {
      await stop()
      throw error
    }
  } catch (error) {
    await stopCluster(folder)
    throw error
  }
}

type Ceph = (name: string, ...args: string[]) => string

interface Cluster {
  conf: string
  monitor: string
  clusterId: string
}

function startCluster(ceph: Ceph, { conf, monitor, clusterId }: Cluster): void {
  const all = ['--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow *']
  const osd = [
    '--cap',
    'mon',
    'allow profile osd',
    '--cap',
    'osd',
    'allow *',
    '--cap',
    'mgr',
    'allow profile osd',
  ]
  ceph('ceph-authtool', '--create-keyring', 'k', '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *')
  ceph('ceph-authtool', 'k', '--gen-key', '-n', 'client.admin', ...all)
  ceph('ceph-authtool', 'k', '--gen-key', '-n', 'osd.0', ...osd)
  ceph(
    'ceph-authtool',
    'k',
    '--gen-key',
    '-n',
    'client.rgw',
    '--cap',
    'mon',
    'allow rw',
    '--cap',
    'osd',
    'allow rwx',
  )
  ceph('monmaptool', '--create', '--addv', 'a', monitor, '--fsid', clusterId, 'monmap')
  ceph('ceph-mon', '-c', conf, '--mkfs', '-i', 'a', '--monmap', 'monmap', '--keyring', 'k')
  ceph('ceph-mon', '-c', conf, '-i', 'a')
  const osdId = randomUUID()
  ceph('ceph', '-c', conf, 'osd', 'new', osdId, '0')
  ceph('ceph-osd', '-c', conf, '-i', '0', '--mkfs', '--osd-uuid', osdId)
  ceph('ceph-osd', '-c', conf, '-i', '0')
}

/** The two daemons run on their own; the pids are in the files that they wrote into our folder. */
async function stopCluster(folder: string): Promise<void> {
  const files = readdirSync(join(folder, 'run')).filter((name) => name.endsWith('.pid'))
  const pids = files
    .map((name) => Number(readFileSync(join(folder, 'run', name), 'utf8')))
    .filter((pid) => pid > 0)
  for (const pid of pids) signal(pid, 'SIGTERM')
  for (let tries = 0; tries < 50 && pids.some((pid) => signal(pid, 0)); tries++) await wait(100)
  for (const pid of pids) signal(pid, 'SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}

/** False when there is no such process any more. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
    throw error
  }
}

function settings(
  folder: string,
  { port, monitor, clusterId }: { port: number; monitor: string; clusterId: string },
): string {
  return `[global]
fsid=${clusterId}
public network=127.0.0.0/8
cluster network=127.0.0.0/8
mon host=${monitor}
osd pool default size=1
osd pool default min size=1
osd pool default pg num=4
osd pool default pg autoscale mode=off
osd crush chooseleaf type=0
mon allow pool size one=true
mon max pg per osd=1000
run dir=${folder}/run
log file=${folder}/log/$name.log
admin socket=${folder}/run/$name.asok
pid file=${folder}/run/$name.pid
osd objectstore=memstore
memstore device bytes=4294967296
osd data=${folder}/osd
mon data=${folder}/mon
mon data avail warn=1
mon data avail crit=1
keyring=${folder}/k
[client.rgw]
rgw frontends=beast endpoint=127.0.0.1:${port}
rgw data=${folder}/rgw
`
}
