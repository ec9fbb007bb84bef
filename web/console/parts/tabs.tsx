import { Link } from 'wouter';
import type { Address } from '../address.ts';

/** Tabs that are addresses: each is a link, so it can be opened, copied and gone back to. */
export function Tabs(props: {
  address: Address;
  label: string;
  tabs: readonly (readonly [tab: string, text: string])[];
}) {
  const current = props.address.get('tab') ?? props.tabs[0]?.[0];
  return (
    <nav className="tabs" aria-label={props.label}>
      <ul>
        {props.tabs.map(([tab, text], index) => (
          <li key={tab}>
            <Link
              href={props.address.with({ tab: index === 0 ? null : tab })}
              aria-current={tab === current ? 'page' : undefined}
            >
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
