import { renderSVG } from 'uqr';

/** A QR code of an address as SVG, with the quiet margin that scanners need; a quarter of it may be torn off. */
export function drawCode(address: string): string {
  return renderSVG(address, { ecc: 'Q', border: 4 });
}
