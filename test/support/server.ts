import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.ts';
import { prepareDemo } from '../../src/demo/demo.ts';
import { baseUrlOf, compose, serve } from '../../src/main.ts';
import { installationSecret } from '../../src/runtime.ts';
import { NO_CARRIER } from '../../src/telephony/connect.ts';
import { simulatedAccount } from '../../src/telephony/simulator/account.ts';
import { createRealClock } from '../../src/telephony/simulator/clock.ts';
import { createPhoneNetwork } from '../../src/telephony/simulator/network.ts';

export type DemoServer = Awaited<ReturnType<typeof startDemoServer>>;

/** The demonstration on a data folder of its own, served on a free port: what `npm run demo` starts. */
export async function startDemoServer() {
  const dataDir = mkdtempSync(join(tmpdir(), 'zhixiao-demo-'));
  // Known before the start, for one-time links name the address they are for.
  const port = await freePort();
  const config = {
    ...{ ...readConfig({ dataDir, port }), ratePerMinute: 0, logLevel: 'silent' as const },
    telephony: { ...NO_CARRIER, carrier: 'simulator' as const },
  };
  // Beside it the simulated telephones, which nobody calls before a test chooses that carrier.
  const time = createRealClock();
  const network = createPhoneNetwork({
    ...{ clock: time, seed: 7, ...simulatedAccount(installationSecret(config)) },
    ...{ publicBaseUrl: baseUrlOf(config), fetch: (url, init) => fetch(url, init) },
  });
  const services = await compose(config, { carrierFetch: (url, init) => network.fetch(url, init) });
  const { accounts } = await prepareDemo(services);
  const server = await serve(services, accounts);
  return {
    services,
    telephones: { network, time },
    origin: `http://localhost:${port}`,
    accounts,
    async close(): Promise<void> {
      await server.close();
      await services.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
