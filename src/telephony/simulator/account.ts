import { createHmac } from 'node:crypto';

/** Where the network listens when it runs beside the server, unless a setting says otherwise. */
export const NETWORK_PORT = 8790;

/** The number that calls of the simulation come from: none that anybody has. */
export const SIMULATED_CALLER = '+862912340000';

/** The account of the simulated network. Server and network make it from the same key, so nobody has to write it down. */
export function simulatedAccount(secret: string): { readonly accountSid: string; readonly authToken: string } {
  const mac = (what: string): string => createHmac('sha256', secret).update(`phone-network:${what}`).digest('hex');
  return { accountSid: `AC${mac('account').slice(0, 32)}`, authToken: mac('token').slice(0, 32) };
}
