import type { CarrierName, PhoneCarrier } from './carrier.ts';
import { createManualCarrier } from './manual.ts';
import { NETWORK_PORT, SIMULATED_CALLER, simulatedAccount } from './simulator/account.ts';
import { type HookAddresses, hookAddresses } from './twilio/addresses.ts';
import { createTwilioCarrier } from './twilio/client.ts';
import type { Fetch } from './twilio/transport.ts';

/** What the settings say about telephony. */
export interface TelephonySettings {
  readonly carrier: CarrierName;
  readonly accountSid: string | null;
  readonly authToken: string | null;
  /** Still good while the token is being changed. */
  readonly secondaryAuthToken: string | null;
  /** A server that speaks the same as Twilio; for the simulator, where the network stands. */
  readonly baseUrl: string | null;
  readonly callerId: string | null;
}

/** Settings of an installation without any carrier. */
export const NO_CARRIER: TelephonySettings = {
  carrier: 'manual',
  accountSid: null,
  authToken: null,
  secondaryAuthToken: null,
  baseUrl: null,
  callerId: null,
};

/** The connection to a carrier, and what its webhooks need. */
export interface Telephony {
  readonly carrier: PhoneCarrier;
  readonly hooks: HookAddresses;
  /** The tokens that sign webhooks, the primary one first; none: nothing that comes is believed. */
  readonly tokens: readonly string[];
  readonly accountSid: string | null;
  readonly callerId: string | null;
}

/**
 * Connects the carrier that the settings name.
 * @param publicBaseUrl where the carrier finds our webhooks
 * @param secret the key of this installation; the simulated network shares an account made from it
 * @param fetch how the carrier is reached, when not over HTTP: the simulated network in the same process
 */
export function connectTelephony(
  settings: TelephonySettings,
  publicBaseUrl: string,
  secret: string,
  fetch?: Fetch,
): Telephony {
  const hooks = hookAddresses(publicBaseUrl);
  if (settings.carrier === 'manual')
    return { carrier: createManualCarrier(), hooks, tokens: [], accountSid: null, callerId: settings.callerId };
  const isSimulated = settings.carrier === 'simulator';
  const account = isSimulated
    ? simulatedAccount(secret)
    : { accountSid: settings.accountSid ?? '', authToken: settings.authToken ?? '' };
  const callerId = settings.callerId ?? (isSimulated ? SIMULATED_CALLER : null);
  const baseUrl = settings.baseUrl ?? (isSimulated ? `http://127.0.0.1:${NETWORK_PORT}` : null);
  return {
    carrier: createTwilioCarrier({
      name: settings.carrier,
      ...account,
      baseUrl,
      hooks,
      // What an account may do is between it and its carrier; the campaign's own limits are set there.
      maxCps: isSimulated ? 1000 : 1,
      maxLines: isSimulated ? 10_000 : 600,
      ...(fetch ? { fetch } : {}),
    }),
    hooks,
    tokens: [account.authToken, settings.secondaryAuthToken ?? ''].filter((token) => token !== ''),
    accountSid: account.accountSid,
    callerId,
  };
}
