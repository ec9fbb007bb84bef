import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { type Config, readConfig } from '../config.ts';
import { AppError } from '../core/errors.ts';
import { baseUrlOf } from '../main.ts';
import { installationSecret } from '../runtime.ts';
import { NETWORK_PORT, SIMULATED_CALLER, simulatedAccount } from '../telephony/simulator/account.ts';
import { createRealClock } from '../telephony/simulator/clock.ts';
import { createPhoneNetwork, type PhoneNetwork } from '../telephony/simulator/network.ts';
import { listenNetwork, type NetworkServer } from '../telephony/simulator/server.ts';
import { createTraceLines, NO_TRACE } from '../telephony/simulator/trace.ts';
import type { Session } from './session.ts';

/** Serves the telephone network beside the server until somebody stops it, with the page “be the resident”. */
export async function runPhoneNetwork(
  { terminal, dataDir, signal }: Session,
  options: {
    readonly port?: number;
    readonly seed: number;
    readonly speed: number;
    readonly server?: string;
    readonly trace?: string;
  },
): Promise<void> {
  const config = readConfig({ dataDir });
  const file = options.trace === undefined ? null : createWriteStream(options.trace);
  const network = createPhoneNetwork({
    clock: createRealClock(options.speed),
    seed: options.seed,
    ...simulatedAccount(installationSecret(config)),
    fetch: (url, init) => fetch(url, init),
    publicBaseUrl: options.server ?? baseUrlOf(config),
    trace: file ? createTraceLines((line) => file.write(line)) : NO_TRACE,
  });
  const { server, address } = await openNetwork(network, config, options.port ?? NETWORK_PORT);
  const { out, lang } = terminal;
  out(
    lang === 'zh'
      ? `模拟电话网已启动：${address}\n用浏览器打开，当一回居民。按 Ctrl+C 停止。\n`
      : `The simulated telephone network runs at ${address}\nOpen it in a browser to be a resident. Ctrl+C stops it.\n`,
  );
  if (!signal.aborted) await once(signal, 'abort');
  await server.close();
  file?.end();
}

/** Opens the network to the server beside it and to browsers. */
export async function openNetwork(
  network: PhoneNetwork,
  { host, telephony }: Config,
  port: number,
): Promise<{ readonly server: NetworkServer; readonly address: string }> {
  const ours = telephony.callerId ?? SIMULATED_CALLER;
  const server = await listenNetwork(network, { host, port, ours }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      throw new AppError('PORT_IN_USE', { port });
    throw error;
  });
  return { server, address: `http://${host === '0.0.0.0' ? 'localhost' : host}:${server.port}/` };
}
